/**
 * Says when the list is drawn: before the next frame, and less often where all of it is new each time, which nobody could
 * read. It draws nothing itself.
 */

/** More often, a view whose lines are all new each time is not seen any better. */
const GLIMPSE_MS = 45;
/** Nor does drawing it take more of the time, which is better spent on the lines that come; one in so many. */
const SHARE = 10;
/** Less often would look as if the page hung. */
const MOST_MS = 200;

export class Frames {
  private isAsked = false;
  private drawnAt = -Infinity;
  private tookMs = 0;

  /** `isFleeting` tells whether what was drawn last had nothing in common with what was drawn before. */
  constructor(
    private readonly draw: () => void,
    private readonly isFleeting: () => boolean,
  ) {}

  /** Draws before the next frame is shown; any number of calls cost one drawing. */
  readonly ask = (): void => {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(this.onFrame);
  };

  private readonly onFrame = (): void => {
    const now = performance.now();
    if (this.isFleeting() && now - this.drawnAt < this.pauseMs) {
      requestAnimationFrame(this.onFrame);
      return;
    }
    this.isAsked = false;
    this.drawnAt = now;
    this.draw();
    this.tookMs = performance.now() - now;
  };

  private get pauseMs(): number {
    return Math.min(MOST_MS, Math.max(GLIMPSE_MS, SHARE * this.tookMs));
  }
}
