/** Goes from hit to hit through the backlog, around its ends. It moves nothing. */

import type { Backlog, Place } from '../store/backlog';
import type { Sieve } from './sieve';

/**
 * The key of the next hit behind `from`, or before it, within the entries before `end`; around the ends if there is none
 * on the way. `isFresh` lets the entry at `from` itself be it.
 */
export function nextHit(
  backlog: Backlog,
  sieve: Sieve,
  span: { readonly from: Place; readonly end: Place },
  isBack: boolean,
  isFresh: boolean,
): number | undefined {
  const places = [...hitsBetween(backlog, sieve, span.end)];
  const isBehind = ({ chunk, index }: Place): boolean =>
    chunk > span.from.chunk || (chunk === span.from.chunk && index > span.from.index);
  const isBefore = ({ chunk, index }: Place): boolean =>
    chunk < span.from.chunk || (chunk === span.from.chunk && index < span.from.index);
  const found = isBack
    ? (places.findLast((place) => (isFresh ? !isBehind(place) : isBefore(place))) ?? places.at(-1))
    : (places.find((place) => (isFresh ? !isBefore(place) : isBehind(place))) ?? places[0]);
  return found === undefined ? undefined : (backlog.chunks[found.chunk]?.firstKey ?? 0) + found.index;
}

/** How many hits there are before the entries `end`, and the number, from 1 on, of the one at `key`; 0 if it is none. */
export function hitNumber(backlog: Backlog, sieve: Sieve, end: Place, key: number | undefined): [number, number] {
  let number = 0;
  let all = 0;
  for (const { chunk, index } of hitsBetween(backlog, sieve, end)) {
    all += 1;
    if ((backlog.chunks[chunk]?.firstKey ?? 0) + index === key) number = all;
  }
  return [number, all];
}

function* hitsBetween(backlog: Backlog, sieve: Sieve, end: Place): Iterable<Place> {
  for (const [number, chunk] of backlog.chunks.entries()) {
    if (number > end.chunk) return;
    const count = number === end.chunk ? end.index : chunk.count;
    for (let index = 0; index < count; index += 1) if (sieve.isHit(chunk, index)) yield { chunk: number, index };
  }
}
