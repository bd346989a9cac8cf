/**
 * The lines that are taken along with a stretch of rows: those that are shown, and those of a folded stack trace with
 * its first line. It makes no text of them.
 */

import type { Sieve } from '../find/sieve';
import type { Backlog } from '../store/backlog';
import type { Chunk } from '../store/chunk';
import { isWithin, type Span } from './picked';

export interface Taken {
  readonly chunk: Chunk;
  readonly index: number;
}

/** The lines of `span` that `sieve` shows, in order. */
export function* taken(backlog: Backlog, sieve: Sieve, span: Span): Iterable<Taken> {
  /** First lines of folded stack traces, and how many lines of all these are still to come. */
  const heads = new Set<number>();
  let missing = 0;
  for (let number = span.from.chunk; number < backlog.chunks.length; number += 1) {
    const chunk = backlog.chunks[number];
    if (chunk === undefined) return;
    for (let index = number === span.from.chunk ? span.from.index : 0; index < chunk.count; index += 1) {
      const isInside = isWithin({ chunk: number, index }, span);
      if (!isInside && missing === 0) return;
      const head = sieve.foldedUnder(chunk, index);
      if (head !== undefined && heads.has(head)) missing -= 1;
      if (!sieve.isTaken(chunk, index) || !(head === undefined ? isInside : heads.has(head))) continue;
      const key = chunk.firstKey + index;
      const trace = head === undefined && !sieve.isOpen(key) ? backlog.trace(key) : undefined;
      if (trace !== undefined) heads.add(key);
      missing += trace?.lines ?? 0;
      yield { chunk, index };
    }
  }
}
