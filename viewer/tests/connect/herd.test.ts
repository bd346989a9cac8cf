import { expect, test } from 'vitest';
import { negotiateUnreachable } from '../../src/connect/failures';
import { Session } from '../../src/connect/session';

const PAGES = 500;

/** Numbers from 0 up to 1, the same in each run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When a page that lost its connection at 0 asks negotiate for the first time after `back`, in ms after `back`. */
function returnsAfter(back: number, chance: () => number): number {
  const session = new Session(chance, 0);
  session.start(0);
  session.failed(negotiateUnreachable, 0);
  for (let now = 0; ; now += 100) {
    if (!session.tick(now).some(({ do: what }) => what === 'negotiate')) continue;
    if (now >= back) return now - back;
    session.failed(negotiateUnreachable, now);
  }
}

test('W13: 500 pages come back from an outage of five minutes over 30 s and more, in no second more than a tenth', () => {
  const times = Array.from({ length: PAGES }, (_, page) => returnsAfter(300_000, random(page + 1)));
  const perSecond = new Map<number, number>();
  for (const time of times) perSecond.set(Math.floor(time / 1_000), (perSecond.get(Math.floor(time / 1_000)) ?? 0) + 1);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(30_000);
  expect(Math.max(...times)).toBeLessThanOrEqual(40_000);
  expect(Math.max(...perSecond.values())).toBeLessThan(PAGES / 10);
});
