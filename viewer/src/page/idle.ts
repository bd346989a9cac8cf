/** Waits for a moment in which the page has nothing else to do. It does nothing itself. */

/** Where the browser does not tell when it is idle. */
const IDLE_MS = 50;
/** However busy the page is, this is long enough. */
const LATEST_MS = 200;

/** Calls `step` at such a moment. */
export function whenIdle(step: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(step, { timeout: LATEST_MS });
  else setTimeout(step, IDLE_MS);
}
