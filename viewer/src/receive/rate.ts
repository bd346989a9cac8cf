/** Lines per second over the last few seconds. Pure: the clock comes in. */

const SECONDS = 3;

export class Rate {
  private readonly buckets: number[] = new Array<number>(SECONDS + 1).fill(0);
  private second = 0;

  add(lines: number, now: number): void {
    this.advance(now);
    const slot = this.second % this.buckets.length;
    this.buckets[slot] = (this.buckets[slot] ?? 0) + lines;
  }

  /** The mean over the last whole seconds; the one that runs is not counted. */
  perSecond(now: number): number {
    this.advance(now);
    const running = this.buckets[this.second % this.buckets.length] ?? 0;
    return (this.buckets.reduce((sum, lines) => sum + lines, 0) - running) / SECONDS;
  }

  private advance(now: number): void {
    const second = Math.floor(now / 1_000);
    const passed = Math.min(this.buckets.length, second - this.second);
    for (let step = 1; step <= passed; step += 1) this.buckets[(second - passed + step) % this.buckets.length] = 0;
    this.second = Math.max(this.second, second);
  }
}
