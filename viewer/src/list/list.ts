/**
 * Draws the part of the backlog that is in view, some hundred rows of it, and keeps the line under the reader's eye
 * where it is: the newest one at the live end, the topmost one away from it (anchor.ts). It decides neither what
 * follows nor what is drawn how.
 */

import type { Feed } from '../receive/feed';
import type { Backlog, Place } from '../store/backlog';
import { Anchor, MAX_AREA_PX } from './anchor';
import { Area, type Elements } from './area';
import { LIVE, lookedUp, paused, readOn, scrolled, type Mark, type Reading } from './follow';
import { Hand, REST_MS } from './hand';
import { Layout } from './layout';
import { Painter } from './painter';
import { Probe } from './probe';

/** Pixels drawn above and below the view, so that a notch of the wheel shows no blank. */
const OVERSCAN_PX = 400;
/** What was measured stays measured, so a few rounds always do. */
const MAX_ROUNDS = 4;

const FIRST: Place = { chunk: 0, index: 0 };

export class List {
  reading: Reading = LIVE;
  private readonly area: Area;
  private readonly layout: Layout;
  private readonly painter: Painter;
  private readonly probe: Probe;
  private readonly hand: Hand;
  private readonly anchor = new Anchor();
  /** How far the page had come when it was last drawn: what came since was not seen. */
  private drawn: Mark = { key: -1, total: 0 };
  private isScheduled = false;
  private isRemeasuring = true;

  /** `changed` is called when the reading mode changed. */
  constructor(
    elements: Elements,
    private readonly backlog: Backlog,
    feed: Feed,
    private readonly changed: () => void,
  ) {
    const { log, rows } = elements;
    this.area = new Area(elements);
    this.probe = new Probe(rows);
    this.layout = new Layout(backlog, this.probe.measure(this.area.isWrapped));
    this.painter = new Painter(rows, backlog, feed, this.layout);
    this.hand = new Hand(log, rows, { up: this.lookUp, released: this.onRelease });
    log.addEventListener('scroll', this.onScroll, { passive: true });
    rows.addEventListener('click', this.onClick);
    new ResizeObserver(this.remeasure).observe(log);
    void document.fonts.ready.then(this.remeasure);
  }

  /** Draws before the next frame is shown; any number of calls cost one drawing. */
  readonly invalidate = (): void => {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(this.draw);
  };

  /** To be called when the width of the text may have changed. */
  readonly remeasure = (): void => {
    this.isRemeasuring = true;
    this.invalidate();
  };

  wrap(isWrapped: boolean): void {
    this.area.wrap(isWrapped);
    this.remeasure();
  }

  goLive(): void {
    this.read(LIVE);
  }

  pause(): void {
    this.read(paused(this.drawn));
  }

  readOn(): void {
    this.read(readOn(this.reading));
  }

  goToOldest(): void {
    this.lookUp();
    if (this.reading.mode === 'live') return;
    this.anchor.origin = 0;
    this.holdAt(FIRST);
    this.area.place(0);
    this.invalidate();
  }

  /** Scrolls by rows' worth of pixels and by pages, as the reader's hand would. */
  scroll(pixels: number, pages: number): void {
    if (pixels < 0 || pages < 0) this.lookUp();
    this.area.scrollBy(pixels + pages * 0.9 * this.area.view);
  }

  /** The reader's hand goes upwards: stop following at once, before the view has moved. */
  readonly lookUp = (): void => {
    if (this.area.scrollTop > 0) this.read(lookedUp(this.reading, this.drawn));
  };

  private read(reading: Reading): void {
    if (reading === this.reading) return;
    this.reading = reading;
    this.layout.endAt(reading.mode === 'paused' ? reading.since.key : undefined);
    this.invalidate();
    this.changed();
  }

  private readonly draw = (): void => {
    this.isScheduled = false;
    if (this.isRemeasuring) {
      this.isRemeasuring = false;
      this.area.resized();
      this.layout.remeasure(this.probe.measure(this.area.isWrapped));
    }
    if (this.reading.mode === 'live') this.drawEnd();
    else this.drawAround(this.reading.since);
    this.drawn = { key: this.backlog.lastKey, total: this.backlog.total };
  };

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
    if (this.anchor.isCramped(scrollTop, view, total) || (isAstray && this.hand.isAtRest)) {
      return this.anchor.settle(scrollTop, view, total);
    }
    if (isAstray) setTimeout(this.invalidate, REST_MS);
    return scrollTop;
  }

  /**
   * Paints from `begin()` on, again if rows turn out lower than estimated and it therefore lies higher up. Returns
   * where it began.
   */
  private fillFrom(begin: () => Place, height: number): Place {
    let first = begin();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      this.painter.paint(first, height, this.area.isWrapped);
      // Rows above the anchor may have been measured just now.
      if (this.reading.mode !== 'live') this.pin();
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
  private pin(): void {
    if (this.anchor.key === undefined) this.holdTop();
    if (this.anchor.key === undefined) return;
    const place = this.backlog.find(this.anchor.key);
    // Where the line under the eye was dropped, the divider that says so takes its place.
    if (place === undefined) this.anchor.replace(this.painter.keyAt(FIRST), this.layout.topOf(FIRST));
    else this.anchor.pin(this.layout.topOf(place));
  }

  /** Anchors the topmost entry in view. */
  private holdTop(): void {
    const { chunk, index } = this.layout.at(this.area.scrollTop - this.anchor.origin);
    if (this.backlog.chunks.length > 0) this.holdAt({ chunk, index: Math.max(0, index) });
  }

  private holdAt(place: Place): void {
    this.anchor.hold(this.painter.keyAt(place), this.layout.topOf(place));
  }

  /** Pixels of entries under the view, those included that the area has no room for. */
  private below(): number {
    const total = this.layout.total();
    return this.area.below + Math.max(0, this.anchor.origin + total - this.anchor.area(total));
  }

  private readonly onScroll = (): void => {
    const moved = this.area.scrolled();
    if (moved === 0) return;
    this.hand.moved();
    // Whoever holds the scroll bar at the end may go up again; following begins when it is let go.
    if (moved < 0 || !this.hand.isPressed) this.read(scrolled(this.reading, moved, this.below(), this.drawn));
    if (this.reading.mode !== 'live') {
      this.pin();
      this.holdTop();
    }
    this.invalidate();
  };

  private readonly onRelease = (): void => {
    this.read(scrolled(this.reading, 1, this.below(), this.drawn));
  };

  private readonly onClick = (event: Event): void => {
    const more = event.target instanceof Element ? event.target.closest('.row-more') : null;
    const key = more?.closest<HTMLElement>('.row')?.dataset['key'];
    if (key === undefined) return;
    this.lookUp();
    this.painter.expand(Number(key));
    this.invalidate();
  };
}
