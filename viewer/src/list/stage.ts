/**
 * Draws the entries in view and some around it, and keeps the line under the reader's eye where it is: the newest one at
 * the live end, the first that begins in view away from it (anchor.ts). It does not decide whether the page follows.
 */

import type { Sieve } from '../find/sieve';
import type { Feed } from '../receive/feed';
import type { Backlog, Place } from '../store/backlog';
import { Anchor, MAX_AREA_PX } from './anchor';
import { Area, type Elements } from './area';
import type { Mark, Reading } from './follow';
import { type Hand, REST_MS } from './hand';
import { Layout } from './layout';
import { Painter } from './painter';
import { Probe } from './probe';

/** Pixels drawn above and below the view, so that a notch of the wheel shows no blank. */
const OVERSCAN_PX = 400;
/** What was measured stays measured, so a few rounds always do. */
const MAX_ROUNDS = 4;

export const FIRST: Place = { chunk: 0, index: 0 };

export class Stage {
  readonly area: Area;
  readonly layout: Layout;
  readonly painter: Painter;
  readonly anchor = new Anchor();
  /** Whether the view is to be put right at the next drawing, wherever the hand is. */
  mustSettle = false;
  /** The line that is to be brought into view at the next drawing. */
  brought: number | undefined;
  /** Whether the page follows; set before anything else is asked of the stage. */
  isLive = true;
  private readonly probe: Probe;
  private isRemeasuring = true;

  /** `again` asks for another drawing. */
  constructor(
    elements: Elements,
    private readonly backlog: Backlog,
    feed: Feed,
    sieve: Sieve,
    private readonly hand: Hand,
    private readonly again: () => void,
  ) {
    this.area = new Area(elements);
    this.probe = new Probe(elements.rows);
    this.layout = new Layout(backlog, sieve, this.probe.measure(this.area.isWrapped));
    this.painter = new Painter(elements.rows, backlog, feed, this.layout, sieve);
  }

  /** The width of the text may have changed. */
  remeasure(): void {
    this.isRemeasuring = true;
  }

  draw(reading: Reading): void {
    if (this.isRemeasuring) {
      this.isRemeasuring = false;
      this.area.resized();
      this.layout.remeasure(this.probe.measure(this.area.isWrapped));
    }
    if (reading.mode === 'live') this.drawEnd();
    else this.drawAround(reading.since);
    this.brought = undefined;
  }

  /** The rows in view from top to bottom, with where each stands in the view. */
  rowsInView(): { key: number; y: number }[] {
    const { view, rowsTop, scrollTop } = this.area;
    return this.painter.places
      .map(({ key, top }) => ({ key, y: rowsTop + top - scrollTop }))
      .filter(({ y }) => y >= 0 && y < view);
  }

  /** Has the line `key` begin `y` pixels down the view at the next drawing, which first makes room for it. */
  bring(key: number, y: number): void {
    this.brought = key;
    this.anchor.holdAt(key, this.area.scrollTop + y);
    this.mustSettle = true;
  }

  /** Whether the entry at `place` is in view, and some more rows below it. */
  isInView(place: Place): boolean {
    this.pin();
    const top = this.anchor.origin + this.layout.topOf(place);
    const { scrollTop, view } = this.area;
    return top >= scrollTop && top + 3 * this.layout.heightAt(place) <= scrollTop + view;
  }

  /** The topmost entry in view. */
  top(): Place {
    // Others may be shown by now than were drawn.
    if (!this.isLive && this.anchor.key !== undefined) this.pin();
    // At the live end the area may not have been drawn yet as it is to be.
    const y = this.isLive ? this.layout.total() - this.area.view : this.area.scrollTop - this.anchor.origin;
    const { chunk, index } = this.layout.at(y);
    return { chunk, index: Math.max(0, index) };
  }

  private drawEnd(): void {
    this.backlog.hold(undefined);
    this.anchor.release();
    const above = this.area.view + OVERSCAN_PX;
    const first = this.fillFrom(() => this.layout.at(this.layout.total() - above), Infinity);
    this.anchor.alignEnd(this.layout.total());
    this.arrange(first, MAX_AREA_PX);
    // So that the reader who looks up finds the line in place, whatever came since.
    this.holdTop();
  }

  private drawAround(since: Mark): void {
    this.pin();
    this.holdBacklog(since);
    const top = this.settled();
    const first = this.fillFrom(
      () => this.layout.at(top - this.anchor.origin - OVERSCAN_PX),
      this.area.view + 2 * OVERSCAN_PX,
    );
    this.arrange(first, top);
  }

  /** Sizes the area for the rows that begin with `first`, and puts the view at `top`. */
  private arrange(first: Place, top: number): void {
    this.area.arrange(this.anchor.area(this.layout.total()), this.anchor.origin + this.layout.topOf(first));
    this.area.place(top);
  }

  /** Where the view should stand, now that no hand is on it or it cannot be put off; else where it stands. */
  private settled(): number {
    const { view, scrollTop } = this.area;
    const total = this.layout.total();
    const isAstray = this.anchor.isAstray(scrollTop, view, total);
    const mustSettle = this.mustSettle || this.anchor.isCramped(scrollTop, view, total);
    this.mustSettle = false;
    if (mustSettle || (isAstray && this.hand.isAtRest)) {
      return this.anchor.settle(scrollTop, view, total);
    }
    if (isAstray) setTimeout(this.again, REST_MS);
    return scrollTop;
  }

  /**
   * Paints from `begin()` on, again if rows turn out lower than estimated and it therefore lies higher up. Returns
   * where it began.
   */
  private fillFrom(begin: () => Place, height: number): Place {
    let first = begin();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      this.painter.paint(first, height, Date.now());
      // Rows above the anchor may have been measured just now.
      if (!this.isLive) this.pin();
      const next = begin();
      if (next.chunk > first.chunk || (next.chunk === first.chunk && next.index >= first.index)) break;
      first = next;
    }
    return first;
  }

  /** Tells the backlog how far the reader has come: to where the live end was left, or further down. */
  private holdBacklog(since: Mark): void {
    const { chunk, index } = this.layout.at(this.area.scrollTop + this.area.view - this.anchor.origin);
    const left = this.backlog.find(since.key);
    const isFurther = left === undefined || chunk > left.chunk;
    this.backlog.hold(isFurther ? this.painter.keyAt({ chunk, index: Math.max(0, index) }) : since.key);
  }

  /** Makes up for what changed above the anchored entry since it was anchored. */
  pin(): void {
    if (this.anchor.key === undefined) this.holdTop();
    if (this.anchor.key === undefined) return;
    const place = this.backlog.find(this.anchor.key);
    // Where the line under the eye was dropped, the divider that says so takes its place.
    if (place === undefined) this.anchor.replace(this.painter.keyAt(FIRST), this.layout.topOf(FIRST));
    else this.anchor.pin(this.layout.topOf(place));
  }

  /** Anchors the first entry that begins in view; one that only ends there may do so elsewhere when it is wrapped anew. */
  holdTop(): void {
    if (this.backlog.chunks.length === 0) return;
    const top = this.top();
    const below = this.anchor.origin + this.layout.topOf(top) + this.layout.heightAt(top);
    const isCut = below - this.layout.heightAt(top) < this.area.scrollTop;
    this.holdAt(
      isCut && below < this.area.scrollTop + this.area.view ? this.layout.at(below - this.anchor.origin) : top,
    );
  }

  /**
   * Anchors the line `key`, which is about to change its height, where it begins, be that above the view; one that is
   * folded begins in view from now on. What is nowhere in view moves nothing.
   */
  holdLine(key: number, isFolded: boolean): void {
    this.pin();
    const place = this.backlog.find(key);
    if (place === undefined) return;
    const { scrollTop, view } = this.area;
    const top = this.anchor.origin + this.layout.topOf(place);
    if (top + this.layout.heightAt(place) <= scrollTop || top >= scrollTop + view) return;
    this.anchor.holdAt(key, isFolded ? Math.max(top, scrollTop) : top);
    this.mustSettle = true;
  }

  holdAt(place: Place): void {
    this.anchor.hold(this.painter.keyAt(place), this.layout.topOf(place));
  }

  /** Pixels of entries under the view, those included that the area has no room for. */
  below(): number {
    const total = this.layout.total();
    return this.area.below + Math.max(0, this.anchor.origin + total - this.anchor.area(total));
  }
}
