/**
 * What a receiver knows of one life of one file, that is one (agent, source, epoch): the bytes it has, and those it
 * misses. It takes facts in the order of arrival and draws nothing. Rules: docs/wire.md, "What a receiver does".
 */

import type { Range } from './envelope';
import { Ranges } from './ranges';
import { Reasons } from './reasons';

/** Bytes that are known to be missing; `reason` is empty if none was told. */
export type Missing = Range;

/** A stretch of consecutive lines of one message, `from` up to `to` by index, that are new. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

export class Life {
  readonly received = new Ranges();
  /** Where bytes are missing besides, nobody knows how many: empty ranges, in the order in which they were told. */
  readonly unknown: Missing[] = [];
  /** The line that has no line end yet; undefined if none is known. */
  partial: { readonly offset: number; readonly text: string } | undefined;
  private readonly reasons = new Reasons();
  /** The largest offset that lines or a status named. */
  end = 0;
  /** Bytes before it are history. Moves forward with each status until it is firm. */
  private mark = 0;
  /** Set when lines came or the receiver reconnected. */
  private isFirm: boolean;

  /** `isSuccessor` says that an earlier epoch of the source was known, so that its beginning is not history. */
  constructor(
    readonly epoch: number,
    readonly isSuccessor: boolean,
  ) {
    this.isFirm = isSuccessor;
  }

  /**
   * Takes the lines at `offset` with these `lengths`; returns the runs that are new, and whether `missing` may have
   * changed.
   */
  takeLines(offset: number, lengths: readonly number[]): { runs: Run[]; isChanged: boolean } {
    this.comeInAt(offset);
    const end = lengths.reduce((sum, length) => sum + length, offset);
    const isChanged = offset !== this.end || this.reasons.overlaps(offset, end);
    const runs = this.received.overlaps(offset, end)
      ? this.newRuns(offset, lengths)
      : [{ from: 0, to: lengths.length, offset }];
    if (runs.length > 0) this.received.add(offset, end);
    this.end = Math.max(this.end, end);
    if (this.partial !== undefined && this.received.has(this.partial.offset)) this.partial = undefined;
    return { runs, isChanged };
  }

  /** Takes the unfinished line at `offset`: its bytes do not count as received, and will come again. */
  takePartial(offset: number, text: string): void {
    this.comeInAt(offset);
    this.end = Math.max(this.end, offset);
    if (!this.received.has(offset)) this.partial = { offset, text };
  }

  /** Takes a batch whose content cannot be read: its bytes were sent, and are missing. */
  takeUnreadable(offset: number, lengths: readonly number[]): void {
    this.comeInAt(offset);
    this.end = Math.max(
      this.end,
      lengths.reduce((sum, length) => sum + length, offset),
    );
  }

  /**
   * Takes what a status says; `isFirstNews` if nothing was known of this life before. Returns whether `missing` may
   * have changed.
   */
  takeStatus(start: number, end: number, told: readonly Range[], isFirstNews: boolean): boolean {
    const news = told.filter((range) => this.reasons.add(range));
    const isChanged = end > this.end || news.length > 0 || (this.isSuccessor && start !== this.mark);
    if (this.isSuccessor) this.mark = start;
    // All that the first status names is history.
    else if (!this.isFirm) this.mark = Math.max(this.mark, end, ...(isFirstNews ? told.map((range) => range.to) : []));
    this.end = Math.max(this.end, end);
    return isChanged;
  }

  /** Takes the places of which a status says that bytes are missing besides; returns whether there is a new one. */
  takeUnknown(told: readonly Range[]): boolean {
    const news = told.filter(
      ({ to, reason }) => !this.unknown.some((known) => known.to === to && known.reason === reason),
    );
    this.unknown.push(...news);
    return news.length > 0;
  }

  /** The receiver has a new connection: what was sent since it lost the old one is missing, not history. */
  makeFirm(): void {
    this.isFirm = true;
  }

  /** The missing ranges in order, split where a reason begins or ends; neighbours with the same reason are one. */
  missing(): Missing[] {
    const begin = Math.min(this.mark, this.received.starts[0] ?? this.mark);
    const told = this.reasons.ranges;
    const edges = [
      begin,
      this.end,
      ...this.received.starts,
      ...this.received.ends,
      ...told.flatMap(({ from, to }) => [from, to]),
    ]
      .filter((edge) => edge >= begin)
      .sort((one, other) => one - other);
    const missing: Missing[] = [];
    let next = 0;
    for (const [index, to] of edges.entries()) {
      const from = edges[index - 1] ?? to;
      while ((told[next]?.to ?? Infinity) <= from) next += 1;
      const reason = told[next];
      const isTold = reason !== undefined && reason.from <= from;
      if (from === to || this.received.has(from) || (!isTold && to > this.end)) continue;
      append(missing, { from, to, reason: isTold ? reason.reason : '' });
    }
    return missing;
  }

  /** The first message sets where the receiver came in. */
  private comeInAt(offset: number): void {
    if (!this.isFirm) this.mark = offset;
    this.isFirm = true;
  }

  private newRuns(offset: number, lengths: readonly number[]): Run[] {
    const runs: Run[] = [];
    let begun: { from: number; offset: number } | undefined;
    for (const [index, length] of lengths.entries()) {
      const isRepeat = this.received.has(offset);
      if (!isRepeat) begun ??= { from: index, offset };
      else if (begun !== undefined) {
        runs.push({ ...begun, to: index });
        begun = undefined;
      }
      offset += length;
    }
    if (begun !== undefined) runs.push({ ...begun, to: lengths.length });
    return runs;
  }
}

/** Adds a range, or lengthens the last one if the two touch and have one reason. */
function append(ranges: Missing[], range: Missing): void {
  const last = ranges.at(-1);
  if (last?.to === range.from && last.reason === range.reason)
    ranges[ranges.length - 1] = { ...range, from: last.from };
  else ranges.push(range);
}
