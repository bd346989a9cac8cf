/**
 * Some hundred consecutive entries of the backlog, in columns, so that an entry costs a few numbers and its text.
 * It does not know its neighbours; backlog.ts does.
 */

import type { Note } from './notes';

export const CHUNK_ENTRIES = 512;

export class Chunk {
  count = 0;
  /** Entries that are lines, not dividers. */
  lines = 0;
  /** Lines that were dropped directly before this chunk. */
  droppedBefore = 0;
  /** Grows when entries that were there change or move away. */
  version = 0;
  readonly texts: string[] = [];
  /** Which life of a file, or which sender of plain messages, the entry is of; -1 for dividers of the whole page. */
  readonly lives: Int32Array;
  /** Byte offset within the life. */
  readonly offsets: Float64Array;
  /** Time of arrival at the agent, or at this page for plain messages, in ms since 1970. */
  readonly times: Float64Array;
  private notes: Map<number, Note> | undefined;
  private heads: Map<number, number> | undefined;

  /**
   * Entry `index` has the key `firstKey + index` for as long as it is held. Keys are unique within a backlog, and not
   * in order. `limit` is how many entries fit.
   */
  constructor(
    readonly firstKey: number,
    private limit: number,
  ) {
    this.lives = new Int32Array(limit);
    this.offsets = new Float64Array(limit);
    this.times = new Float64Array(limit);
  }

  get isFull(): boolean {
    return this.count === this.limit;
  }

  add(life: number, offset: number, text: string, time: number, note?: Note): void {
    const index = this.count;
    this.texts.push(text);
    this.lives[index] = life;
    this.offsets[index] = offset;
    this.times[index] = time;
    this.count += 1;
    if (note !== undefined) this.setNote(index, note);
    if (isLine(note)) this.lines += 1;
  }

  note(index: number): Note | undefined {
    return this.notes?.get(index);
  }

  get hasHeads(): boolean {
    return this.heads !== undefined;
  }

  /** The key of the first line of the stack trace that entry `index` goes on with; undefined if it does not. */
  head(index: number): number | undefined {
    return this.heads?.get(index);
  }

  /** Entry `index` goes on with the stack trace that begins with the entry `head`. */
  setHead(index: number, head: number): void {
    this.heads ??= new Map();
    this.heads.set(index, head);
  }

  /** Something outside decides anew how its entries look. */
  touch(): void {
    this.version += 1;
  }

  /** Takes an entry back: it stays without height. Returns how many lines it was. */
  withdraw(index: number): number {
    const lines = isLine(this.note(index)) ? 1 : 0;
    this.lines -= lines;
    this.setNote(index, { kind: 'withdrawn' });
    this.version += 1;
    return lines;
  }

  /** Moves the entries from `index` on, and the room after them, into a new chunk; they keep their keys. */
  splitAt(index: number): Chunk {
    const rest = new Chunk(this.firstKey + index, this.limit - index);
    for (let moved = index; moved < this.count; moved += 1) {
      rest.add(
        this.lives[moved] ?? 0,
        this.offsets[moved] ?? 0,
        this.texts[moved] ?? '',
        this.times[moved] ?? 0,
        this.note(moved),
      );
      const head = this.head(moved);
      if (head !== undefined) rest.setHead(moved - index, head);
      this.heads?.delete(moved);
      this.notes?.delete(moved);
    }
    this.texts.length = index;
    this.count = index;
    this.limit = index;
    this.lines -= rest.lines;
    this.version += 1;
    return rest;
  }

  private setNote(index: number, note: Note): void {
    this.notes ??= new Map();
    this.notes.set(index, note);
  }
}

/** A line may be cut, or unfinished; every other note makes the entry a divider. */
export function isLine(note: Note | undefined): boolean {
  return note === undefined || note.kind === 'cut' || note.kind === 'partial';
}
