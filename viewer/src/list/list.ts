/**
 * What the reader does with the lines: following, pausing, scrolling, opening a line, going to another. Pointing at lines
 * is in pointing.ts, what stays in view while others go in sifting.ts; where they stand and how they are drawn is up to
 * stage.ts.
 */

import type { Pattern } from '../find/pattern';
import type { Sieve } from '../find/sieve';
import type { Feed } from '../receive/feed';
import type { Source } from '../receive/sources';
import type { Backlog, Place } from '../store/backlog';
import type { Elements } from './area';
import { LIVE, lookedUp, paused, readOn, scrolled, type Mark, type Reading } from './follow';
import { Frames } from './frames';
import { Hand } from './hand';
import { Marks } from './marks';
import { Pointing } from './pointing';
import type { Look } from './row';
import { EYE, Sifting } from './sifting';
import { FIRST, Stage } from './stage';

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
  private readonly frames: Frames;
  readonly marks: Marks;
  readonly pointing: Pointing;
  readonly sifting: Sifting;

  constructor(
    elements: Elements,
    private readonly backlog: Backlog,
    feed: Feed,
    private readonly sieve: Sieve,
    private readonly listener: Listener,
  ) {
    const { log, rows } = elements;
    this.frames = new Frames(this.draw, () => this.reading.mode === 'live' && this.stage.painter.isAllNew);
    this.hand = new Hand(log, rows, { up: this.lookUp, released: this.onRelease });
    this.stage = new Stage(elements, backlog, feed, sieve, this.hand, this.invalidate);
    this.marks = new Marks(listener.locate);
    this.pointing = new Pointing(this.stage, backlog, {
      up: this.lookUp,
      away: this.lookAway,
      changed: listener.changed,
      again: this.invalidate,
    });
    this.sifting = new Sifting(this.stage, backlog, sieve, { away: this.lookAway, again: this.invalidate });
    log.addEventListener('scroll', this.onScroll, { passive: true });
    new ResizeObserver(this.remeasure).observe(log);
    void document.fonts.ready.then(this.remeasure);
  }

  /** Draws before the next frame is shown; any number of calls cost one drawing. */
  readonly invalidate = (): void => {
    this.frames.ask();
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

  sourceOf(key: number): Source | undefined {
    return this.stage.painter.sourceOf(key);
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
    if (this.backlog.find(key) === undefined) return;
    this.lookAway();
    this.stage.bring(key, 0);
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
    this.pointing.point(key);
    if (!this.stage.isInView(place)) this.stage.bring(key, EYE * this.stage.area.view);
  }

  /** The place of the entry that a search from the reader's place begins behind, and the end of what is shown. */
  get span(): { readonly from: Place; readonly end: Place } {
    const current =
      this.stage.painter.current === undefined ? undefined : this.backlog.find(this.stage.painter.current);
    return { from: current ?? this.stage.top(), end: this.stage.layout.end() };
  }

  /** The reader looks at a line: following would move it, even where all lines fit into the view. */
  private readonly lookAway = (): void => {
    this.read(lookedUp(this.reading, this.drawn));
  };

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
    this.listener.drawing();
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
