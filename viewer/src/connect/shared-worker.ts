/** The shared worker: one hub for all tabs of this browser. It only takes their ports. */

import { Hub } from './hub';

const hub = new Hub();

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) hub.connect(port);
});
