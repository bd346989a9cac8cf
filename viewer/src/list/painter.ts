/** Keeps the elements of the rows in view in step with the backlog, reusing them. It knows nothing of scrolling. */

import type { Sieve } from '../find/sieve';
import { divider, droppedLines } from '../page/words';
import type { Feed } from '../receive/feed';
import type { Source } from '../receive/sources';
import { isWithin, Picked, type Span } from '../take/picked';
import type { Backlog, Place } from '../store/backlog';
import { isLine, type Chunk } from '../store/chunk';
import type { Cut, Note } from '../store/notes';
import { DROPPED, type Layout } from './layout';
import type { MarkedRow } from './marks';
import { Opened } from './opened';
import { DividerRow, LineRow, type Line, type Look } from './row';

type Row = LineRow | DividerRow;

interface Wanted {
  readonly key: number;
  readonly place: Place;
}

export class Painter {
  readonly opened = new Opened();
  /** Whether nothing of what was painted before was left the last time. */
  isAllNew = false;
  /** The line that keys act on. */
  current: number | undefined;
  readonly picked: Picked;
  private span: Span | undefined;
  private look: Look = { time: 'local', columns: [] };
  /** Grows when rows are to be drawn anew. */
  private revision = 0;
  private painted = new Map<number, Row>();
  private now = 0;

  constructor(
    private readonly rows: HTMLElement,
    private readonly backlog: Backlog,
    private readonly feed: Feed,
    private readonly layout: Layout,
    private readonly sieve: Sieve,
  ) {
    this.picked = new Picked(backlog);
  }

  /** Draws lines this way from now on; returns whether that is another way. */
  dress(look: Look): boolean {
    if (JSON.stringify(look) === JSON.stringify(this.look)) return false;
    this.look = look;
    this.revision += 1;
    return true;
  }

  /** Draws all rows anew the next time. */
  repaint(): void {
    this.revision += 1;
  }

  sourceOf(key: number): Source | undefined {
    const place = this.backlog.find(key);
    const chunk = place === undefined ? undefined : this.backlog.chunks[place.chunk];
    return this.feed.sourceOf(chunk?.lives[place?.index ?? 0] ?? -1);
  }

  /** Whether no line is painted; dividers may be. */
  get isBlank(): boolean {
    return ![...this.painted.values()].some((row) => row instanceof LineRow);
  }

  /** The rows that are painted, from top to bottom. */
  get markedRows(): MarkedRow[] {
    return [...this.painted].map(([key, { marked }]) => ({ key, element: marked }));
  }

  /** The entries that are painted, from top to bottom, with where each begins in the rows' element. */
  get places(): { readonly key: number; readonly top: number }[] {
    return [...this.painted].map(([key, { element }]) => ({ key, top: element.offsetTop }));
  }

  /**
   * Shows the entries from `first` on, as many as `height` pixels take by their own heights; `now` is the page's clock.
   */
  paint(first: Place, height: number, now: number): void {
    this.now = now;
    this.span = this.picked.span;
    let wanted = this.wanted(first, height);
    this.show(wanted);
    for (;;) {
      for (const { key, place } of wanted)
        this.layout.measured(place, this.painted.get(key)?.element.offsetHeight ?? 0);
      const more = this.wanted(first, height);
      if (more.length <= wanted.length) return;
      wanted = more;
      this.show(wanted);
    }
  }

  /** The key of an entry; that of the divider before a chunk is below -1, as no entry's is. */
  keyAt({ chunk, index }: Place): number {
    const first = this.backlog.chunks[chunk]?.firstKey ?? 0;
    return index === DROPPED ? -2 - first : first + index;
  }

  private show(wanted: readonly Wanted[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    const spare = [...this.painted].filter(([key]) => !keys.has(key)).map(([, row]) => row);
    // First out with what is not wanted: rows that stay are then never moved, which would lose a selection in them.
    // Where none stays, all are filled again where they are, unless a selection would then lie on other lines.
    if (spare.length < this.painted.size || getSelection()?.isCollapsed === false)
      for (const row of spare) row.element.remove();
    const painted = new Map<number, Row>();
    let next = this.rows.firstElementChild;
    for (const { key, place } of wanted) {
      const row = this.fill(key, place, this.painted.get(key), spare);
      painted.set(key, row);
      if (row.element === next) next = next.nextElementSibling;
      else this.rows.insertBefore(row.element, next);
    }
    for (const row of spare) row.element.remove();
    this.isAllNew = painted.size > 0 && ![...painted.keys()].some((key) => this.painted.has(key));
    this.painted = painted;
  }

  private wanted(first: Place, height: number): Wanted[] {
    const wanted: Wanted[] = [];
    const end = this.layout.end();
    let bottom = 0;
    for (let chunk = first.chunk; chunk <= end.chunk && bottom < height; chunk += 1) {
      // A filter may leave nothing of most chunks.
      if (this.layout.isBlank(chunk)) continue;
      const count = chunk === end.chunk ? end.index : (this.backlog.chunks[chunk]?.count ?? 0);
      for (let index = chunk === first.chunk ? first.index : DROPPED; index < count && bottom < height; index += 1) {
        const place = { chunk, index };
        const room = this.layout.heightAt(place);
        if (room > 0) wanted.push({ key: this.keyAt(place), place });
        bottom += room;
      }
    }
    return wanted;
  }

  private line(key: number, place: Place, chunk: Chunk): Line {
    const { index } = place;
    const trace = this.backlog.trace(key);
    return {
      text: chunk.texts[index] ?? '',
      time: chunk.times[index] ?? 0,
      source: this.feed.sourceOf(chunk.lives[index] ?? -1),
      cut: cutOf(chunk.note(index)),
      isPartial: chunk.note(index)?.kind === 'partial',
      trace: trace === undefined ? undefined : { lines: trace.lines, isOpen: this.sieve.isOpen(key) },
      isPart: this.sieve.headOf(chunk, index) !== undefined,
      isHit: this.sieve.isHit(chunk, index),
      isCurrent: key === this.current,
      isPicked: this.span !== undefined && isWithin(place, this.span),
    };
  }

  private fill(key: number, place: Place, row: Row | undefined, spare: Row[]): Row {
    const chunk = this.backlog.chunks[place.chunk];
    const note = chunk?.note(place.index);
    if (chunk !== undefined && place.index !== DROPPED && isLine(note)) {
      const line = row instanceof LineRow ? row : (take(spare, LineRow) ?? new LineRow());
      line.fill(key, this.line(key, place, chunk), this.look, this.revision, this.opened, this.now);
      return line;
    }
    const divided = row instanceof DividerRow ? row : (take(spare, DividerRow) ?? new DividerRow());
    if (note === undefined || note.kind === 'cut' || note.kind === 'partial' || note.kind === 'withdrawn') {
      divided.fill(key, 'dropped', droppedLines(chunk?.droppedBefore ?? 0, place.chunk === 0, this.backlog.capacity));
    } else {
      divided.fill(key, note.kind, divider(note));
    }
    return divided;
  }
}

function cutOf(note: Note | undefined): Cut | undefined {
  return note?.kind === 'cut' ? note : undefined;
}

function take<T extends Row>(spare: Row[], kind: new () => T): T | undefined {
  const index = spare.findIndex((row) => row instanceof kind);
  return index < 0 ? undefined : (spare.splice(index, 1)[0] as T);
}
