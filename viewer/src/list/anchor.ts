/**
 * Keeps one entry where the reader sees it, whatever is added, dropped or measured above it. Pure arithmetic in CSS
 * pixels.
 *
 * Two scales: an entry has a `top` counted from the first entry held, and a position in the scrolled area. `origin` is
 * the difference: where in the scrolled area the first entry begins. What changes above the anchored entry moves the
 * origin, not the scroll position, which belongs to the reader's hand. Once the hand rests, both are settled so that
 * the origin is 0 again, or, where the entries are higher than the area may be, so that the view stands in the area
 * as far down as it does in the entries.
 */

/** Browsers do not make elements higher than some 17.9 (Firefox) to 33.5 (Chromium) million pixels. */
export const MAX_AREA_PX = 15_000_000;
/** In an area that is too low for all entries, the view may stand this far from its due place. */
const TOLERANCE_PX = 1_000_000;

export class Anchor {
  /** Where in the scrolled area the first entry begins. May be negative. */
  origin = 0;
  /** The key of the anchored entry; undefined while there is none. */
  key: number | undefined;
  private y = 0;

  /** Anchors the entry `key`, which begins at `top`, where it is now. */
  hold(key: number, top: number): void {
    this.key = key;
    this.y = this.origin + top;
  }

  /**
   * The anchored entry was dropped: the first one that is left, at `top`, comes to stand in its place with what is
   * above it.
   */
  replace(key: number, top: number): void {
    this.origin = this.y;
    this.hold(key, top);
  }

  /** Anchors the entry `key` where the reader saw it: at `y` in the scrolled area. The next pin puts it there. */
  holdAt(key: number, y: number): void {
    this.key = key;
    this.y = y;
  }

  release(): void {
    this.key = undefined;
  }

  /** Puts the end of `total` pixels of entries at the end of the area. */
  alignEnd(total: number): void {
    this.origin = Math.min(0, MAX_AREA_PX - total);
  }

  /** The anchored entry now begins at `top`: moves the origin so that it stays where the reader sees it. */
  pin(top: number): void {
    this.origin = this.y - top;
  }

  /** The height of the area for `total` pixels of entries. */
  area(total: number): number {
    return Math.min(MAX_AREA_PX, this.origin + total);
  }

  /** Whether the view, `height` pixels high at `scrollTop`, would soon show nothing, or not reach what there is. */
  isCramped(scrollTop: number, height: number, total: number): boolean {
    const isBlankAbove = this.origin > scrollTop;
    const isShutAbove = this.origin < 0 && scrollTop < 2 * height;
    const isShutBelow = this.origin + total > MAX_AREA_PX && scrollTop > MAX_AREA_PX - 3 * height;
    return isBlankAbove || isShutAbove || isShutBelow;
  }

  /** Whether the view stands elsewhere in the area than it should when the hand rests. */
  isAstray(scrollTop: number, height: number, total: number): boolean {
    const distance = Math.abs(this.origin - this.due(scrollTop, height, total));
    return distance > (total > MAX_AREA_PX ? TOLERANCE_PX : 0);
  }

  /** Moves the view to where it should stand; returns the scroll position that shows the same as `scrollTop` did. */
  settle(scrollTop: number, height: number, total: number): number {
    const shift = this.due(scrollTop, height, total) - this.origin;
    this.origin += shift;
    this.y += shift;
    return Math.max(0, scrollTop + shift);
  }

  /** The origin with which the view stands in the area as far down as in the entries. */
  private due(scrollTop: number, height: number, total: number): number {
    if (total <= MAX_AREA_PX) return 0;
    // Near its ends the area is the end of the entries, or a rounded share would leave a pixel out of reach.
    const share = Math.min(1, Math.max(0, (scrollTop - this.origin - height) / (total - 3 * height)));
    return Math.round(share * (MAX_AREA_PX - total));
  }
}
