/** The rows that the reader picked: all from one line to another, as they are shown. It draws nothing. */

import type { Backlog, Place } from '../store/backlog';

/** Entries from one place up to another, which is not among them. */
export interface Span {
  readonly from: Place;
  readonly end: Place;
}

export class Picked {
  private anchor: number | undefined;
  private head: number | undefined;

  constructor(private readonly backlog: Backlog) {}

  /** A range begins with the line `key`. */
  begin(key: number): void {
    this.anchor = key;
    this.head = undefined;
  }

  /** The range goes to the line `key`. */
  extend(key: number): void {
    this.anchor ??= key;
    this.head = key;
  }

  clear(): void {
    this.anchor = this.head = undefined;
  }

  /** What is picked; where an end was dropped meanwhile, from the oldest line on. */
  get span(): Span | undefined {
    if (this.anchor === undefined || this.head === undefined) return undefined;
    const ends = [this.backlog.find(this.anchor), this.backlog.find(this.head)].filter((place) => place !== undefined);
    const [from, to] = ends.sort(inOrder);
    if (from === undefined) return undefined;
    const last = to ?? from;
    return { from: to === undefined ? { chunk: 0, index: 0 } : from, end: { ...last, index: last.index + 1 } };
  }
}

export function isWithin(place: Place, { from, end }: Span): boolean {
  return inOrder(from, place) <= 0 && inOrder(place, end) < 0;
}

/** Below 0 if `one` stands before `other`. */
export function inOrder(one: Place, other: Place): number {
  return one.chunk - other.chunk || one.index - other.index;
}
