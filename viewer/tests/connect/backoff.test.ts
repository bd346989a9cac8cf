import { expect, test } from 'vitest';
import { backoffMs } from '../../src/connect/backoff';

test('waits twice as long each time, up to 30 s', () => {
  expect([1, 2, 3, 5, 6, 7, 5_000].map((failures) => backoffMs(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test('chance takes away up to a half', () => {
  expect([0, 0.5, 1].map((chance) => backoffMs(6, chance))).toEqual([30_000, 22_500, 15_000]);
});

test('waits at least as long as it was asked to', () => {
  expect(backoffMs(1, 0.5, 60_000)).toBe(60_000);
  expect(backoffMs(6, 0, 5_000)).toBe(30_000);
});
