/** Keeps the elements of the rows in view in step with the backlog, reusing them. It knows nothing of scrolling. */

import { divider, droppedLines } from '../page/words';
import type { Feed } from '../receive/feed';
import type { Backlog, Place } from '../store/backlog';
import { isLine } from '../store/chunk';
import { DROPPED, type Layout } from './layout';
import { DividerRow, LineRow } from './row';

type Row = LineRow | DividerRow;

interface Wanted {
  readonly key: number;
  readonly place: Place;
}

export class Painter {
  private readonly expanded = new Set<number>();
  private painted = new Map<number, Row>();

  constructor(
    private readonly rows: HTMLElement,
    private readonly backlog: Backlog,
    private readonly feed: Feed,
    private readonly layout: Layout,
  ) {}

  /**
   * Shows the entries from `first` on, as many as `height` pixels take. With `isMeasured` the rows' own heights count,
   * and where they leave room, more entries are shown.
   */
  paint(first: Place, height: number, isMeasured: boolean): void {
    let wanted = this.wanted(first, height);
    this.show(wanted);
    while (isMeasured) {
      for (const { key, place } of wanted)
        this.layout.measured(place, this.painted.get(key)?.element.offsetHeight ?? 0);
      const more = this.wanted(first, height);
      if (more.length <= wanted.length) return;
      wanted = more;
      this.show(wanted);
    }
  }

  /** Shows all of a line from now on. */
  expand(key: number): void {
    this.expanded.add(key);
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
    for (const row of spare) row.element.remove();
    const painted = new Map<number, Row>();
    let next = this.rows.firstElementChild;
    for (const { key, place } of wanted) {
      const row = this.fill(key, place, this.painted.get(key), spare);
      painted.set(key, row);
      if (row.element === next) next = next.nextElementSibling;
      else this.rows.insertBefore(row.element, next);
    }
    this.painted = painted;
  }

  private wanted(first: Place, height: number): Wanted[] {
    const wanted: Wanted[] = [];
    const end = this.layout.end();
    let bottom = 0;
    for (let chunk = first.chunk; chunk <= end.chunk && bottom < height; chunk += 1) {
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

  private fill(key: number, place: Place, row: Row | undefined, spare: Row[]): Row {
    const chunk = this.backlog.chunks[place.chunk];
    const note = chunk?.note(place.index);
    if (chunk !== undefined && place.index !== DROPPED && isLine(note)) {
      const line = row instanceof LineRow ? row : (take(spare, LineRow) ?? new LineRow());
      line.fill(key, {
        text: chunk.texts[place.index] ?? '',
        time: chunk.times[place.index] ?? 0,
        source: this.feed.sourceOf(chunk.lives[place.index] ?? -1),
        cut: note?.kind === 'cut' ? note : undefined,
        isPartial: note?.kind === 'partial',
        isExpanded: this.expanded.has(key),
      });
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

function take<T extends Row>(spare: Row[], kind: new () => T): T | undefined {
  const index = spare.findIndex((row) => row instanceof kind);
  return index < 0 ? undefined : (spare.splice(index, 1)[0] as T);
}
