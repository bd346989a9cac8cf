/**
 * How often the address may be written: at once as a rule, and less often while somebody writes it without end. Pure; it
 * writes nothing.
 */

/** WebKit throws on the 101st change of an address within 30 s; Chromium and Firefox let through 200 within 10 s. */
const AT_ONCE = 40;
const PER_SECOND = 2;

export class Allowance {
  private left = AT_ONCE;
  private countedAt: number;

  /** `now` is in ms. */
  constructor(now: number) {
    this.countedAt = now;
  }

  /** Whether it may be written now, which counts as done. */
  take(now: number): boolean {
    const earned = (Math.max(0, now - this.countedAt) / 1_000) * PER_SECOND;
    this.left = Math.min(AT_ONCE, this.left + earned);
    this.countedAt = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
