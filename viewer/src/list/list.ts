/**
 * What the reader does with the lines: following, pausing, scrolling, pointing at a line, opening it, going to another,
 * looking at its context. Where they stand and how they are drawn is up to stage.ts.
 */

import type { Pattern } from '../find/pattern';
import type { Sieve } from '../find/sieve';
import type { Feed } from '../receive/feed';
import type { Source } from '../receive/sources';
import type { Backlog, Place } from '../store/backlog';
import type { Picked } from '../take/picked';
import type { Elements } from './area';
import { LIVE, lookedUp, paused, readOn, scrolled, type Mark, type Reading } from './follow';
import { Hand } from './hand';
import { Marks } from './marks';
import type { Look } from './row';
import { FIRST, Stage } from './stage';

/** A line that is gone to stands so far down the view, as a share of its height. */
const EYE = 1 / 3;
/** The view moves by this share when the line pointed at would leave it. */
const STEP = 1 / 3;

/** Where a whole view of lines is new each time, nobody sees more of them if it changes more often. */
const GLIMPSE_MS = 45;

export interface Listener {
  /** The reading mode changed, or what is picked. */
  readonly changed: () => void;
  /** Rows are about to be drawn. */
  readonly drawing: () => void;
  /** Rows were drawn. */
  readonly drawn: () => void;
  /** Asks where a pattern is found in the lines with these keys. */
  readonly locate: (name: string, pattern: Pattern, keys: readonly number[]) => void;
}

export class List {
  reading: Reading = LIVE;
  private readonly stage: Stage;
  private readonly hand: Hand;
  /** How far the page had come when it was last drawn: what came since was not seen. */
  private drawn: Mark = { key: -1, total: 0 };
  private isScheduled = false;
  private drawnAt = -Infinity;
  /** What was in view before the sieve changed, from the top, and where. */
  private seen: readonly { readonly key: number; readonly y: number }[] = [];
  /** Where the line was in the view, in pixels, whose context is shown. */
  private looked: { readonly key: number; readonly y: number } | undefined;
  readonly marks: Marks;

  constructor(
    elements: Elements,
    private readonly backlog: Backlog,
    feed: Feed,
    private readonly sieve: Sieve,
    private readonly listener: Listener,
  ) {
    const { log, rows } = elements;
    this.hand = new Hand(log, rows, { up: this.lookUp, released: this.onRelease });
    this.stage = new Stage(elements, backlog, feed, sieve, this.hand, this.invalidate);
    this.marks = new Marks(listener.locate);
    log.addEventListener('scroll', this.onScroll, { passive: true });
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
    this.stage.remeasure();
    this.invalidate();
  };

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
    this.stage.anchor.origin = 0;
    this.stage.holdAt(FIRST);
    this.stage.area.place(0);
    this.invalidate();
  }

  /** Scrolls by rows' worth of pixels and by pages, as the reader's hand would. */
  scroll(pixels: number, pages: number): void {
    if (pixels < 0 || pages < 0) this.lookUp();
    this.stage.area.scrollBy(pixels + pages * 0.9 * this.stage.area.view);
  }

  /** The reader's hand goes upwards: stop following at once, before the view has moved. */
  readonly lookUp = (): void => {
    if (this.stage.area.scrollTop > 0) this.read(lookedUp(this.reading, this.drawn));
  };

  /** Draws lines this way from now on. */
  dress(look: Look, isWrapped: boolean): void {
    const isDressed = this.stage.painter.dress(look);
    if (!isDressed && isWrapped === this.stage.area.isWrapped) return;
    if (isWrapped !== this.stage.area.isWrapped) this.stage.area.wrap(isWrapped);
    this.remeasure();
  }

  /** Draws all rows anew: what they are drawn from has changed. */
  repaint(): void {
    this.stage.painter.repaint();
    this.invalidate();
  }

  /** The line pointed at or gone to, if there is one. */
  get pointed(): number | undefined {
    return this.stage.painter.current;
  }

  sourceOf(key: number): Source | undefined {
    return this.stage.painter.sourceOf(key);
  }

  /** Points at the next line that is shown, or the one before, or picks up to it. */
  step(isBack: boolean, isPicking = false): void {
    const rows = this.stage.rowsInView().map(({ key }) => key);
    const index = rows.indexOf(this.stage.painter.current ?? NaN);
    const next = index < 0 ? rows[0] : rows[index + (isBack ? -1 : 1)];
    if (isBack) this.lookUp();
    if (next === undefined) this.stage.area.scrollBy((isBack ? -1 : 1) * STEP * this.stage.area.view);
    else if (isPicking) this.pickTo(next);
    else this.pick(next);
  }

  /** The line that keys act on: the one pointed at or gone to, else the topmost in view. */
  get current(): number | undefined {
    const { current } = this.stage.painter;
    return current !== undefined && this.backlog.find(current) !== undefined
      ? current
      : this.stage.painter.keyAt(this.stage.top());
  }

  /** Keys act on the line `key` from now on. */
  point(key: number | undefined): void {
    this.stage.painter.current = key;
    this.invalidate();
  }

  /** The lines that the reader picked. */
  get picked(): Picked {
    return this.stage.painter.picked;
  }

  /** Points at the line `key`, where a range may begin. */
  pick(key: number): void {
    this.picked.begin(key);
    this.point(key);
    this.listener.changed();
  }

  /** Picks all lines from where a range began to the line `key`. */
  pickTo(key: number): void {
    const { current } = this.stage.painter;
    if (this.picked.span === undefined && current !== undefined) this.picked.begin(current);
    this.lookAway();
    this.picked.extend(key);
    this.point(key);
    this.listener.changed();
  }

  /** Picks every line that is held. */
  pickAll(): void {
    const { end } = this.span;
    if (this.backlog.chunks.length === 0) return;
    this.lookAway();
    this.picked.begin(this.backlog.chunks[0]?.firstKey ?? 0);
    this.picked.extend(this.stage.painter.keyAt({ ...end, index: Math.max(0, end.index - 1) }));
    this.invalidate();
    this.listener.changed();
  }

  unpick(): void {
    this.picked.clear();
    this.invalidate();
    this.listener.changed();
  }

  /** Whether no line is drawn. */
  get isBlank(): boolean {
    return this.stage.painter.isBlank;
  }

  /** The first and the last line in view. */
  get inView(): { readonly from: number; readonly to: number } | undefined {
    const lines = this.stage.rowsInView().filter(({ key }) => key >= 0);
    const [first, last] = [lines[0], lines.at(-1)];
    return first === undefined || last === undefined ? undefined : { from: first.key, to: last.key };
  }

  /** Brings the line `key` to the top of the view. */
  showAtTop(key: number): void {
    const place = this.backlog.find(key);
    if (place === undefined) return;
    this.lookAway();
    this.stage.holdAt(place);
    this.stage.area.place(this.stage.anchor.origin + this.stage.layout.topOf(place));
    this.invalidate();
  }

  /** Opens the line `key`, or its stack trace, or folds it again. */
  toggle(key: number): void {
    const isTrace = this.backlog.trace(key) !== undefined;
    const isOpen = isTrace ? this.sieve.isOpen(key) : this.stage.painter.opened.isOpen(key);
    this.lookAway();
    this.stage.holdLine(key, isOpen);
    if (isTrace) this.sieve.openTrace(key, !isOpen);
    else this.stage.painter.opened.switch(key);
    this.invalidate();
  }

  /** Opens or folds a node of the tree of the line `key`, or shows more of it. */
  openNode(key: number, path: string, isMore: boolean): void {
    this.lookAway();
    this.stage.holdLine(key, false);
    if (isMore) this.stage.painter.opened.showMore(key, path);
    else this.stage.painter.opened.switchNode(key, path);
    this.invalidate();
  }

  /** Brings the line `key` into view and points at it. */
  show(key: number): void {
    const place = this.backlog.find(key);
    if (place === undefined) return;
    this.openTraceOf(place);
    this.lookAway();
    this.point(key);
    const top = this.stage.anchor.origin + this.stage.layout.topOf(place);
    const { scrollTop, view } = this.stage.area;
    if (top >= scrollTop && top + 3 * this.stage.layout.heightAt(place) <= scrollTop + view) return;
    this.stage.holdAt(place);
    this.stage.area.place(top - EYE * view);
  }

  /** Shows all lines around the line `key`, which stays where it is; `back` shows what was shown before. */
  showContext(key: number): void {
    const row = this.stage.rowsInView().find((seen) => seen.key === key);
    const y = row?.y ?? EYE * this.stage.area.view;
    this.point(key);
    this.lookAt(key, y, true);
    this.looked = { key, y };
  }

  back(): void {
    if (this.looked !== undefined) this.lookAt(this.looked.key, this.looked.y, false);
    this.looked = undefined;
  }

  /** The sieve is about to change. */
  readonly sifting = (): void => {
    if (this.seen.length === 0 && this.reading.mode !== 'live') this.seen = this.stage.rowsInView();
  };

  /**
   * The sieve has changed. Of the lines in view that are still shown one stays where it is: the one pointed at, the one
   * that stayed the last time, the first. `isNew`: under another query.
   */
  sifted(isNew: boolean): void {
    const rank = (key: number): number =>
      key === this.stage.painter.current ? 0 : key === this.stage.anchor.key ? 1 : 2;
    const [left] = this.seen
      .filter(({ key }) => this.isShown(key))
      .sort((one, other) => rank(one.key) - rank(other.key));
    this.seen = [];
    if (left !== undefined) this.stage.anchor.holdAt(left.key, this.stage.area.scrollTop + left.y);
    // Lines that come under the same query leave the reader's hand alone.
    if (isNew) this.stage.mustSettle = true;
    this.invalidate();
  }

  /** The place of the entry that a search from the reader's place begins behind, and the end of what is shown. */
  get span(): { readonly from: Place; readonly end: Place } {
    const current =
      this.stage.painter.current === undefined ? undefined : this.backlog.find(this.stage.painter.current);
    return { from: current ?? this.stage.top(), end: this.stage.layout.end() };
  }

  /** The reader looks at a line: following would move it, even where all lines fit into the view. */
  private lookAway(): void {
    this.read(lookedUp(this.reading, this.drawn));
  }

  private lookAt(key: number, y: number, isLifted: boolean): void {
    this.lookAway();
    this.sieve.lift(isLifted);
    this.stage.anchor.holdAt(key, this.stage.area.scrollTop + y);
    this.stage.mustSettle = true;
    this.invalidate();
  }

  private isShown(key: number): boolean {
    const place = this.backlog.find(key);
    const chunk = place === undefined ? undefined : this.backlog.chunks[place.chunk];
    return place !== undefined && chunk !== undefined && this.sieve.isShown(chunk, place.index);
  }

  private openTraceOf({ chunk, index }: Place): void {
    const found = this.backlog.chunks[chunk];
    const head = found === undefined ? undefined : this.sieve.headOf(found, index);
    if (head !== undefined && !this.sieve.isOpen(head)) this.sieve.openTrace(head, true);
  }

  private read(reading: Reading): void {
    if (reading === this.reading) return;
    this.reading = reading;
    this.stage.isLive = reading.mode === 'live';
    this.stage.layout.endAt(reading.mode === 'paused' ? reading.since.key : undefined);
    this.invalidate();
    this.listener.changed();
  }

  private readonly draw = (): void => {
    const now = performance.now();
    if (this.stage.painter.isAllNew && this.reading.mode === 'live' && now - this.drawnAt < GLIMPSE_MS) {
      requestAnimationFrame(this.draw);
      return;
    }
    this.drawnAt = now;
    this.listener.drawing();
    this.isScheduled = false;
    this.stage.draw(this.reading);
    this.drawn = { key: this.backlog.lastKey, total: this.backlog.total };
    // What is drawn is to be known before it is asked what is found in it.
    this.listener.drawn();
    this.marks.draw(this.stage.painter.markedRows);
  };

  private readonly onScroll = (): void => {
    const moved = this.stage.area.scrolled();
    if (moved === 0) return;
    this.hand.moved();
    // Whoever holds the scroll bar at the end may go up again; following begins when it is let go.
    if (moved < 0 || !this.hand.isPressed) this.read(scrolled(this.reading, moved, this.stage.below(), this.drawn));
    if (this.reading.mode !== 'live') {
      this.stage.pin();
      this.stage.holdTop();
    }
    this.invalidate();
  };

  private readonly onRelease = (): void => {
    this.read(scrolled(this.reading, 1, this.stage.below(), this.drawn));
  };
}
