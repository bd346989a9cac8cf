/**
 * Which entries of the backlog the list shows: by the verdicts on their text, their source, and whether the stack trace
 * that they belong to is open. It reads no text and knows no heights.
 */

import type { Backlog, Place } from '../store/backlog';
import { isLine, type Chunk } from '../store/chunk';
import { EVERYTHING, showsAll, showsSource, type Query } from './query';
import { HIT, PAGE, pageOf, PASSES, type PageVerdicts } from './verdict';

/** More than the versions of a chunk and its pages ever come to. */
const EPOCH = 2 ** 32;

interface Page {
  bits: Uint8Array;
  version: number;
}

export class Sieve {
  /** The query whose verdicts are held. */
  query: Query = EVERYTHING;
  /** Grows when anything changes that is not told of a single chunk. */
  private epoch = 0;
  private pages = new Map<number, Page>();
  /** Whether lines of a life are shown, by what the query says of its source. */
  private readonly passing = new Map<number, boolean>();
  private readonly open = new Set<number>();
  /** Whether all is shown for now, so that a hit is seen in its context. */
  isLifted = false;

  /** `sourceOf` gives the identity of an entry's source, by the backlog's number of its life. */
  constructor(
    private readonly backlog: Backlog,
    private readonly sourceOf: (life: number) => string | undefined,
  ) {}

  /** Whether the list leaves lines out. */
  get isFiltering(): boolean {
    return !this.isLifted && (!showsAll(this.query) || this.choosesSources);
  }

  private get choosesSources(): boolean {
    return this.query.sources.length + this.query.muted.length > 0;
  }

  /** Verdicts of another query come from now on. */
  begin(query: Query): void {
    this.query = query;
    this.passing.clear();
    this.pages = new Map();
    this.epoch += EPOCH;
  }

  /** Takes over what concerns no verdict. */
  amend(query: Query): void {
    this.query = query;
    this.passing.clear();
    this.epoch += EPOCH;
  }

  take(verdicts: readonly PageVerdicts[]): void {
    for (const { page, bits } of verdicts) {
      const known = this.pages.get(page);
      if (known === undefined) this.pages.set(page, { bits, version: 1 });
      else {
        known.bits = bits;
        known.version += 1;
      }
    }
  }

  /** Shows everything for now, or again what the query says. */
  lift(isLifted: boolean): void {
    this.isLifted = isLifted;
    this.epoch += EPOCH;
  }

  /** Forgets the verdicts on entries that are held no more. */
  forget(firstKey: number, count: number): void {
    for (let page = pageOf(firstKey); page < pageOf(firstKey + count); page += 1) this.pages.delete(page);
  }

  isOpen(head: number): boolean {
    return this.open.has(head);
  }

  /** Opens the stack trace that begins with the entry `head`, or folds it. */
  openTrace(head: number, isOpen: boolean): void {
    if (isOpen) this.open.add(head);
    else this.open.delete(head);
    this.backlog.touchTrace(head);
  }

  /** Differs from before if any entry of `chunk` may have come to be shown or hidden. */
  readonly version = ({ firstKey, count, version }: Chunk): number => {
    let pages = 0;
    if (this.pages.size === 0) return version + this.epoch;
    for (let page = pageOf(firstKey); page <= pageOf(firstKey + count); page += 1)
      pages += this.pages.get(page)?.version ?? 0;
    return version + this.epoch + pages;
  };

  readonly isShown = (chunk: Chunk, index: number): boolean => {
    if (!isLine(chunk.note(index))) return this.passesSource(chunk, index);
    const head = this.headOf(chunk, index);
    if (head !== undefined && !this.open.has(head)) return false;
    return this.passes(chunk, index, head ?? chunk.firstKey + index);
  };

  /** Whether the entry is a line that is shown, or would be if its stack trace were open. */
  isTaken(chunk: Chunk, index: number): boolean {
    if (!isLine(chunk.note(index))) return false;
    return this.passes(chunk, index, this.headOf(chunk, index) ?? chunk.firstKey + index);
  }

  /** The first line of the folded stack trace that hides the entry, if one does. */
  foldedUnder(chunk: Chunk, index: number): number | undefined {
    const head = this.headOf(chunk, index);
    return head === undefined || this.open.has(head) ? undefined : head;
  }

  /** Whether the line has a hit, and is shown or would be if its stack trace were open. */
  isHit(chunk: Chunk, index: number): boolean {
    const key = chunk.firstKey + index;
    return (
      isLine(chunk.note(index)) &&
      (this.verdict(key) & HIT) !== 0 &&
      this.passes(chunk, index, this.headOf(chunk, index) ?? key)
    );
  }

  /** The first line of the stack trace that the entry goes on with, if that line is still held. */
  headOf(chunk: Chunk, index: number): number | undefined {
    const head = chunk.head(index);
    return head !== undefined && this.backlog.trace(head) !== undefined ? head : undefined;
  }

  /** How many lines are shown, those of folded stack traces too; behind `since` if given. */
  count(since: Place | undefined): number {
    let shown = 0;
    for (let number = since?.chunk ?? 0; number < this.backlog.chunks.length; number += 1) {
      const chunk = this.backlog.chunks[number];
      if (chunk === undefined) break;
      for (let index = number === since?.chunk ? since.index + 1 : 0; index < chunk.count; index += 1) {
        if (this.isTaken(chunk, index)) shown += 1;
      }
    }
    return shown;
  }

  private passes(chunk: Chunk, index: number, key: number): boolean {
    if (this.isLifted) return true;
    return (showsAll(this.query) || (this.verdict(key) & PASSES) !== 0) && this.passesSource(chunk, index);
  }

  private passesSource({ lives }: Chunk, index: number): boolean {
    if (this.isLifted || !this.choosesSources) return true;
    const life = lives[index] ?? -1;
    // Dividers of the whole page belong to no source.
    if (life < 0) return true;
    let passes = this.passing.get(life);
    if (passes === undefined) this.passing.set(life, (passes = showsSource(this.query, this.sourceOf(life) ?? '')));
    return passes;
  }

  private verdict(key: number): number {
    return this.pages.get(pageOf(key))?.bits[key % PAGE] ?? 0;
  }
}
