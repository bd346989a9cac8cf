/**
 * The lines that the page holds, in the order in which they are shown, never more than its capacity, with dividers
 * between them. While a reader is away from the live end it may hold twice as many: what the reader has before the eyes
 * stays, and what is dropped instead lies between that and the newest lines. It draws nothing and knows no heights.
 */

import { Chunk, CHUNK_ENTRIES, isLine } from './chunk';
import type { Divider, Note } from './notes';

export interface Entry {
  readonly offset: number;
  readonly text: string;
  readonly time: number;
  readonly note?: Note | undefined;
}

/** Where an entry stands: the index of its chunk, and its index therein. */
export interface Place {
  readonly chunk: number;
  readonly index: number;
}

/** A stack trace: how many lines go on with its first one, and the last of them. */
export interface Trace {
  readonly lines: number;
  readonly lastKey: number;
}

/** Chunks after the reader's that are kept as well, so that there is something to scroll into. */
const MARGIN_CHUNKS = 2;

export class Backlog {
  readonly chunks: Chunk[] = [];
  /** Lines held now. */
  lines = 0;
  /** Lines that ever came. */
  total = 0;
  /** Lines that came and are held no more. */
  dropped = 0;
  private readonly traces = new Map<number, Trace>();
  private nextKey = 0;
  private heldKey: number | undefined;

  /** `capacity` is in lines; several times the size of a chunk. */
  constructor(readonly capacity: number) {}

  /** The key of the newest entry, or -1. */
  get lastKey(): number {
    const last = this.chunks.at(-1);
    return last === undefined ? -1 : last.firstKey + last.count - 1;
  }

  /** Adds an entry at the end and returns its key. */
  append(life: number, offset: number, text: string, time: number, note?: Note): number {
    let last = this.chunks.at(-1);
    if (last === undefined || last.isFull) {
      this.trim(CHUNK_ENTRIES);
      last = this.newChunk(CHUNK_ENTRIES);
      this.chunks.push(last);
    }
    return this.add(last, life, offset, text, time, note);
  }

  /** Adds a divider that belongs to no source at the end. */
  divide(divider: Divider, time: number): number {
    return this.append(-1, 0, '', time, divider);
  }

  /** Adds entries of `life` before the entry at `place`, which must exist; returns the key of the first. */
  insert(place: Place, life: number, entries: readonly Entry[]): number {
    const chunk = this.chunks[place.chunk];
    if (chunk === undefined) throw new RangeError(`no chunk ${String(place.chunk)}`);
    const room = this.newChunk(entries.length);
    if (place.index > 0) this.chunks.splice(place.chunk + 1, 0, room, chunk.splitAt(place.index));
    else {
      this.chunks.splice(place.chunk, 0, room);
      room.droppedBefore = chunk.droppedBefore;
      chunk.droppedBefore = 0;
    }
    for (const { offset, text, time, note } of entries) this.add(room, life, offset, text, time, note);
    this.trim(0);
    return room.firstKey;
  }

  /** The entry `key`, just added, goes on with the stack trace that begins with the entry `head`. */
  goOn(key: number, head: number): void {
    const place = this.find(key);
    if (place === undefined || this.find(head) === undefined) return;
    this.chunks[place.chunk]?.setHead(place.index, head);
    this.traces.set(head, { lines: (this.traces.get(head)?.lines ?? 0) + 1, lastKey: key });
  }

  /** The stack trace that begins with the entry `head`, if that is held and one does. */
  trace(head: number): Trace | undefined {
    return this.traces.get(head);
  }

  /** The lines of the stack trace that begins with the entry `head` come to be shown or hidden. */
  touchTrace(head: number): void {
    const trace = this.traces.get(head);
    const from = this.find(head);
    const to = trace === undefined ? undefined : this.find(trace.lastKey);
    if (from === undefined || to === undefined) return;
    for (const chunk of this.chunks.slice(from.chunk, to.chunk + 1)) chunk.touch();
  }

  /** Takes a divider or an unfinished line back. */
  withdraw(key: number): void {
    const place = this.find(key);
    const lines = place === undefined ? 0 : (this.chunks[place.chunk]?.withdraw(place.index) ?? 0);
    this.lines -= lines;
    this.total -= lines;
  }

  /** Where the entry with this key stands; undefined if it was dropped. */
  find(key: number): Place | undefined {
    const chunk = this.chunks.findIndex(({ firstKey, count }) => key >= firstKey && key < firstKey + count);
    return chunk < 0 ? undefined : { chunk, index: key - (this.chunks[chunk]?.firstKey ?? 0) };
  }

  /** Where the first entry of `life` stands whose offset is at least `offset`; undefined if there is none. */
  findOffset(life: number, offset: number): Place | undefined {
    for (const [chunk, { lives, offsets, count }] of this.chunks.entries()) {
      for (let index = 0; index < count; index += 1) {
        if (lives[index] === life && (offsets[index] ?? 0) >= offset) return { chunk, index };
      }
    }
    return undefined;
  }

  /** The reader has come no further than the entry `key`; undefined means that the reader is at the live end. */
  hold(key: number | undefined): void {
    this.heldKey = key;
  }

  private newChunk(limit: number): Chunk {
    const chunk = new Chunk(this.nextKey, limit);
    this.nextKey += limit;
    return chunk;
  }

  private add(chunk: Chunk, life: number, offset: number, text: string, time: number, note: Note | undefined): number {
    chunk.add(life, offset, text, time, note);
    if (isLine(note)) {
      this.lines += 1;
      this.total += 1;
    }
    return chunk.firstKey + chunk.count - 1;
  }

  /** Drops chunks until what is held fits together with `room` lines more. */
  private trim(room: number): void {
    const held = this.heldKey === undefined ? undefined : this.find(this.heldKey);
    const limit = (held === undefined ? 1 : 2) * this.capacity - room;
    while (this.lines > limit && this.chunks.length > 1)
      this.drop(held === undefined ? 0 : this.expendable(held.chunk));
  }

  /** The chunk that a reader in chunk `held` misses least: the oldest if far above, else the first well below. */
  private expendable(held: number): number {
    const above = this.chunks.slice(0, held).reduce((lines, chunk) => lines + chunk.lines, 0);
    const below = held + 1 + MARGIN_CHUNKS;
    return above > this.capacity || below >= this.chunks.length - 1 ? 0 : below;
  }

  private drop(index: number): void {
    this.forgetTraces(this.chunks[index]);
    const [chunk] = this.chunks.splice(index, 1);
    const next = this.chunks[index];
    if (chunk === undefined || next === undefined) return;
    next.droppedBefore += chunk.droppedBefore + chunk.lines;
    this.lines -= chunk.lines;
    this.dropped += chunk.lines;
  }

  /** Where the first line of a stack trace is dropped, the others stand for themselves. */
  private forgetTraces(chunk: Chunk | undefined): void {
    if (chunk === undefined) return;
    for (let key = chunk.firstKey; key < chunk.firstKey + chunk.count; key += 1) {
      if (!this.traces.has(key)) continue;
      this.touchTrace(key);
      this.traces.delete(key);
    }
  }
}
