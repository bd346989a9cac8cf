/**
 * How long the finding worker has owed an answer, and to what. Time in which the page itself stood still, as while the
 * computer slept, does not count. Pure: the clock comes in.
 */

/** A regular expression that runs longer on the lines at hand never ends, as far as a reader can tell. */
export const DEADLINE_MS = 1_500;
/** The clock is looked at so often; more time between two looks is not counted. */
export const LOOK_MS = 100;

export class Patience<Request> {
  private readonly owed = new Map<number, Request>();
  private waited = 0;
  private looked = 0;

  asked(number: number, request: Request, now: number): void {
    if (this.owed.size === 0) this.start(now);
    this.owed.set(number, request);
  }

  /** An answer came, so the worker lives; it settles all requests up to the number `settled`. */
  answered(settled: number, now: number): void {
    for (const number of this.owed.keys()) if (number <= settled) this.owed.delete(number);
    this.start(now);
  }

  /** The request that the worker has been at for too long, if there is one. */
  overdue(now: number): Request | undefined {
    this.waited += Math.min(now - this.looked, 2 * LOOK_MS);
    this.looked = now;
    return this.waited > DEADLINE_MS ? [...this.owed.values()][0] : undefined;
  }

  reset(): void {
    this.owed.clear();
  }

  private start(now: number): void {
    this.waited = 0;
    this.looked = now;
  }
}
