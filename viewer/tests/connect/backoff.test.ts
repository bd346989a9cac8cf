import { expect, test } from 'vitest';
import { backoffMs, recoveryMs } from '../../src/connect/backoff';

test('waits twice as long each time, up to 40 s', () => {
  expect([1, 2, 3, 6, 7, 8, 5_000].map((failures) => backoffMs(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 32_000, 40_000, 40_000, 40_000,
  ]);
});

test('chance takes away up to three quarters', () => {
  expect([0, 0.5, 1].map((chance) => backoffMs(7, chance))).toEqual([40_000, 25_000, 10_000]);
});

test('waits at least as long as it was asked to, and not with all others', () => {
  expect([0, 0.5, 1].map((chance) => backoffMs(1, chance, 60_000))).toEqual([60_000, 75_000, 90_000]);
  expect(backoffMs(6, 0, 5_000)).toBe(32_000);
});

test('recovers at once, then once a second', () => {
  expect([0, 0.9].map((chance) => recoveryMs(1, chance))).toEqual([0, 900]);
  expect([0, 0.5, 1].map((chance) => recoveryMs(2, chance))).toEqual([500, 1_000, 1_500]);
});
