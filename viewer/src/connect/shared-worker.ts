/** The shared worker: one hub for all tabs of this browser. It only takes their ports. */

import { Hub } from './hub';

/** A page that is loaded again is back within this time. */
const GRACE_MS = 3_000;

const hub = new Hub(GRACE_MS);

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) hub.connect(port);
});
