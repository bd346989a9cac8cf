/** The shared worker: one hub for all tabs of this browser. It only takes their ports. */

import { Hub } from './hub';
import { hold } from './lease';

const hub = new Hub();
const held = hold(hub.id);

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  // A tab that knows this hub may wait for its end: only once that is told.
  if (port !== undefined)
    void held.then(() => {
      hub.connect(port);
    });
});
