/**
 * The strip over the lines: how many lines of each level came when, and which of them are in view. Pointing at it goes
 * there. Lines are counted when the page has nothing else to do; tally.ts counts them.
 */

import type { Sieve } from '../find/sieve';
import { fullTime, showTime } from '../line/time';
import { barAt, barsOf, beginOf, total, type Bars } from '../overview/scale';
import { BANDS, Tally } from '../overview/tally';
import { element, say } from '../page/elements';
import { whenIdle } from '../page/idle';
import { recall, remember } from '../page/preferences';
import { counted } from '../page/words';
import type { Backlog } from '../store/backlog';

/** Counting takes no more of the main thread at once. */
const SLICE_MS = 4;
/** While so many lines come between two looks, most of them are dropped before anybody could see their bars. */
const RUSH_LINES = 20_000;
/** Then counting waits so many looks at most, and the lines that come have the time. */
const MOST_PUT_OFF = 4;
const BAR_PX = 4;
const GAP_PX = 1;
const PAGE_BARS = 10;

export interface Owner {
  /** The times of the first and the last line in view, in ms since 1970; undefined where there is none. */
  readonly inView: () => { readonly from: number; readonly to: number } | undefined;
  readonly goTo: (time: number) => void;
  readonly goLive: () => void;
  readonly isUtc: () => boolean;
}

export class Overview {
  private readonly strip = element('overview', HTMLElement);
  private readonly toggle = element('overview-toggle', HTMLButtonElement);
  private readonly canvas = element('overview-bars', HTMLCanvasElement);
  private readonly window = element('overview-window', HTMLElement);
  private readonly scale = element('overview-scale', HTMLElement);
  private readonly tip = element('overview-tip', HTMLElement);
  private readonly tally: Tally;
  private bars: Bars | undefined;
  private drawn = '';
  private isDragging = false;
  /** The bar that the reader's hand was on last. */
  private dragged = -1;
  private isCounting = false;
  private putOff = 0;
  /** Lines that had ever come at the last look. */
  private looked = 0;
  private isOpen = false;

  constructor(
    private readonly backlog: Backlog,
    sieve: Sieve,
    private readonly owner: Owner,
  ) {
    this.tally = new Tally(backlog, sieve);
    const isHigh = matchMedia('(height > 560px)').matches;
    this.open(recall<'open' | 'closed'>('overview', isHigh ? ['open', 'closed'] : ['closed', 'open']) === 'open');
    this.toggle.addEventListener('click', this.switch);
    this.strip.addEventListener('keydown', this.onKey);
    for (const kind of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel', 'pointerleave'] as const)
      this.strip.addEventListener(kind, this.onPointer);
  }

  readonly switch = (): void => {
    this.open(!this.isOpen);
    remember('overview', this.isOpen ? 'open' : 'closed');
    this.show();
  };

  /** Where the first bar begins: the newest one stands at the right end. */
  private get left(): number {
    const bars = this.bars?.rates.length ?? 0;
    return Math.max(0, Math.floor(this.canvas.clientWidth / BAR_PX) - bars) * BAR_PX;
  }

  /** Brings the strip up to date; to be called a few times a second at most. */
  readonly show = (): void => {
    if (!this.isOpen) return;
    const isRush = this.backlog.total - this.looked > RUSH_LINES;
    this.looked = this.backlog.total;
    this.putOff = isRush && this.putOff < MOST_PUT_OFF ? this.putOff + 1 : 0;
    if (this.putOff === 0) this.count();
    this.draw();
    this.showWindow();
  };

  /** Shows where the lines in view stand. */
  readonly showWindow = (): void => {
    const view = this.bars === undefined || !this.isOpen ? undefined : this.owner.inView();
    this.window.hidden = view === undefined;
    if (view === undefined || this.bars === undefined) return;
    const first = barAt(this.bars, Math.min(view.from, view.to));
    const last = barAt(this.bars, Math.max(view.from, view.to));
    this.window.style.transform = `translateX(${String(this.left + first * BAR_PX)}px)`;
    this.window.style.width = `${String((last - first + 1) * BAR_PX - GAP_PX)}px`;
    this.strip.ariaValueMax = String(this.bars.rates.length - 1);
    this.strip.ariaValueNow = String(last);
    this.strip.ariaValueText = this.words(last);
  };

  private open(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.strip.hidden = !isOpen;
    this.toggle.ariaPressed = String(isOpen);
  }

  private count(): void {
    if (this.isCounting || document.hidden) return;
    this.isCounting = true;
    const step = (): void => {
      const end = performance.now() + SLICE_MS;
      this.isCounting = !this.tally.step(() => performance.now() > end);
      if (this.isCounting) whenIdle(step);
    };
    whenIdle(step);
  }

  /** Draws the bars if they or their colours differ from what is drawn. */
  private draw(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    // What the reader's hand is on stays where it is.
    if (!this.isDragging) this.bars = barsOf(this.tally.seconds, Math.floor(width / BAR_PX));
    const style = getComputedStyle(this.strip);
    const colours = BANDS.map((band) => style.getPropertyValue(`--band-${band}`));
    const drawn = JSON.stringify([width, height, devicePixelRatio, style.color, this.bars?.first, this.bars?.step]);
    const rates = this.bars?.rates.map((bar) => bar.join()).join(';') ?? '';
    if (drawn + rates === this.drawn) return;
    this.drawn = drawn + rates;
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    const context = this.canvas.getContext('2d');
    if (context === null || this.bars === undefined) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    const { rates: all, most } = this.bars;
    const { left } = this;
    const since = showTime(beginOf(this.bars, 0), this.owner.isUtc() ? 'utc' : 'local', Date.now());
    say(this.scale, `since ${since.replace(/\..*/, '')}, at most ${perSecond(most)}`);
    for (const [number, bar] of all.entries()) {
      let bottom = height;
      for (const [band, lines] of bar.entries()) {
        // Few among many are seen too: one error in a thousand lines has its pixel.
        const high = lines === 0 ? 0 : Math.max(1.5, (lines / most) * (height - 4));
        context.fillStyle = colours[band] ?? '';
        context.fillRect(left + number * BAR_PX, bottom - high, BAR_PX - GAP_PX, high);
        bottom -= high;
      }
    }
  }

  private readonly onPointer = (event: PointerEvent): void => {
    const { type, clientX, pointerId } = event;
    const bar = Math.floor((clientX - this.canvas.getBoundingClientRect().left - this.left) / BAR_PX);
    if (type === 'pointerdown') {
      this.isDragging = true;
      this.strip.setPointerCapture(pointerId);
    }
    if (type !== 'pointerleave') this.tell(bar);
    const isThere = type === 'pointermove' && bar === this.dragged;
    if (this.isDragging && !isThere && (type === 'pointerdown' || type === 'pointermove')) this.go(bar);
    this.dragged = bar;
    if (type === 'pointerup' || type === 'pointercancel') this.isDragging = false;
    this.tip.hidden = type === 'pointerleave' || this.bars === undefined;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (this.bars === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const view = this.owner.inView();
    const at = view === undefined ? this.bars.rates.length - 1 : barAt(this.bars, view.from);
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: this.filled(at, -1),
      ArrowRight: this.filled(at, 1),
      PageUp: at - PAGE_BARS,
      PageDown: at + PAGE_BARS,
      Home: 0,
      End: this.bars.rates.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.go(to);
  };

  /** The next bar in this direction that has lines. */
  private filled(at: number, direction: number): number {
    const rates = this.bars?.rates ?? [];
    let bar = at + direction;
    while (bar > 0 && bar < rates.length - 1 && total(rates[bar] ?? new Float64Array()) === 0) bar += direction;
    return bar;
  }

  private go(bar: number): void {
    if (this.bars === undefined) return;
    if (bar >= this.bars.rates.length - 1) this.owner.goLive();
    else this.owner.goTo(beginOf(this.bars, Math.max(0, bar)));
  }

  /** Tells of a bar beside it. */
  private tell(bar: number): void {
    if (this.bars === undefined) return;
    const known = Math.max(0, Math.min(this.bars.rates.length - 1, bar));
    say(this.tip, this.words(known));
    const room = this.strip.clientWidth - this.tip.offsetWidth - 16;
    this.tip.style.transform = `translateX(${String(Math.max(0, Math.min(room, this.left + known * BAR_PX + 10)))}px)`;
  }

  /** `2026-11-05 12:00:00 UTC: 12 lines/s, 3 errors, 1 warning`. */
  private words(bar: number): string {
    if (this.bars === undefined) return '';
    const { step } = this.bars;
    const rates = this.bars.rates[bar] ?? new Float64Array(BANDS.length);
    const [date = '', clock = '', zone = ''] = fullTime(
      beginOf(this.bars, bar),
      this.owner.isUtc() ? 'utc' : 'local',
    ).split(' ');
    const parts = BANDS.map((band, index) => [band, Math.round((rates[index] ?? 0) * step)] as const)
      .filter(([, number]) => number > 0)
      .flatMap(([band, number]) =>
        band === 'error' ? counted(number, 'error') : band === 'warn' ? counted(number, 'warning') : [],
      );
    return [`${date} ${clock.slice(0, 8)} ${zone}: ${perSecond(total(rates))}`, ...parts.toReversed()].join(', ');
  }
}

function perSecond(lines: number): string {
  return lines > 0 && lines < 1 ? '<1 line/s' : counted(Math.round(lines), 'line/s', 'lines/s');
}
