/**
 * How high the entries of a backlog are and where each stands: estimated from the length of the text until it was
 * measured. Heights are in CSS pixels, positions count from the top of the first entry held. It draws nothing.
 */

import type { Backlog, Place } from '../store/backlog';
import { isLine, type Chunk } from '../store/chunk';

export interface Metrics {
  /** Height of a row of text. */
  readonly row: number;
  /** Height of a divider. */
  readonly divider: number;
  /** Characters that fit beside the labels; Infinity if lines are not wrapped. */
  readonly columns: number;
  /** Characters of a line that are drawn at most. */
  readonly drawn: number;
}

/** Which entries are shown at all. */
export interface Shown {
  readonly isShown: (chunk: Chunk, index: number) => boolean;
  /** Differs from before if any entry of the chunk may have come to be shown or hidden, or was changed. */
  readonly version: (chunk: Chunk) => number;
}

interface Heights {
  readonly values: number[];
  sum: number;
  /** For which they hold. */
  readonly version: number;
}

/** The key of the newest entry of a backlog that was empty. */
const NOTHING = -1;

/** `index` of the divider that tells of lines dropped before a chunk. */
export const DROPPED = -1;

export class Layout {
  private heights = new WeakMap<Chunk, Heights>();
  /** The last entry shown, or undefined for all: a paused page does not grow. */
  private lastKey: number | undefined;

  constructor(
    private readonly backlog: Backlog,
    private readonly shown: Shown,
    private metrics: Metrics,
  ) {}

  /** Forgets every height: the text became wider, narrower, larger or smaller. */
  remeasure(metrics: Metrics): void {
    this.metrics = metrics;
    this.heights = new WeakMap();
  }

  /** Shows entries up to `key`, or all. */
  endAt(key: number | undefined): void {
    this.lastKey = key;
  }

  /** The place after the last entry shown. */
  end(): Place {
    if (this.lastKey === NOTHING) return { chunk: 0, index: 0 };
    const last = this.lastKey === undefined ? undefined : this.backlog.find(this.lastKey);
    if (last !== undefined) return { chunk: last.chunk, index: last.index + 1 };
    const chunk = this.backlog.chunks.length - 1;
    return { chunk, index: this.backlog.chunks[chunk]?.count ?? 0 };
  }

  total(): number {
    return this.topOf(this.end());
  }

  /** Where the entry at `place` begins. */
  topOf(place: Place): number {
    let top = 0;
    for (let index = 0; index < place.chunk; index += 1) top += this.heightOf(this.backlog.chunks[index]);
    const chunk = this.backlog.chunks[place.chunk];
    if (chunk === undefined || place.index === DROPPED) return top;
    const { values } = this.of(chunk);
    top += this.droppedHeight(chunk);
    for (let index = 0; index < place.index; index += 1) top += values[index] ?? 0;
    return top;
  }

  heightAt({ chunk, index }: Place): number {
    const found = this.backlog.chunks[chunk];
    if (found === undefined) return 0;
    return index === DROPPED ? this.droppedHeight(found) : (this.of(found).values[index] ?? 0);
  }

  /** The entry at position `y`, the nearest if there is none. */
  at(y: number): Place {
    const { chunks } = this.backlog;
    let chunk = 0;
    for (; chunk < chunks.length - 1; chunk += 1) {
      const height = this.heightOf(chunks[chunk]);
      if (y < height) break;
      y -= height;
    }
    const found = chunks[chunk];
    if (found === undefined) return { chunk: 0, index: 0 };
    y -= this.droppedHeight(found);
    if (y < 0 && found.droppedBefore > 0) return { chunk, index: DROPPED };
    const { values } = this.of(found);
    let index = 0;
    while (index < values.length - 1 && y >= (values[index] ?? 0)) {
      y -= values[index] ?? 0;
      index += 1;
    }
    return { chunk, index };
  }

  /** Whether nothing of a chunk is shown. */
  isBlank(chunk: number): boolean {
    return this.heightOf(this.backlog.chunks[chunk]) === 0;
  }

  /** Takes the height that an entry was seen to have. */
  measured({ chunk, index }: Place, height: number): void {
    const found = this.backlog.chunks[chunk];
    if (found === undefined || index === DROPPED) return;
    const heights = this.of(found);
    heights.sum += height - (heights.values[index] ?? 0);
    heights.values[index] = height;
  }

  private heightOf(chunk: Chunk | undefined): number {
    return chunk === undefined ? 0 : this.of(chunk).sum + this.droppedHeight(chunk);
  }

  private droppedHeight(chunk: Chunk): number {
    return chunk.droppedBefore > 0 ? this.metrics.divider : 0;
  }

  private of(chunk: Chunk): Heights {
    let heights = this.heights.get(chunk);
    const version = this.shown.version(chunk);
    if (heights?.version !== version) {
      heights = { values: [], sum: 0, version };
      this.heights.set(chunk, heights);
    }
    for (let index = heights.values.length; index < chunk.count; index += 1) {
      const height = this.estimate(chunk, index);
      heights.values.push(height);
      heights.sum += height;
    }
    return heights;
  }

  private estimate(chunk: Chunk, index: number): number {
    const { row, divider, columns, drawn } = this.metrics;
    const kind = chunk.note(index)?.kind;
    if (kind === 'withdrawn' || !this.shown.isShown(chunk, index)) return 0;
    if (!isLine(chunk.note(index))) return divider;
    const characters = Math.min(chunk.texts[index]?.length ?? 0, drawn);
    return row * Math.max(1, Math.ceil(characters / columns));
  }
}
