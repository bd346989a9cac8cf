import { expect, test } from 'vitest';
import { Allowance } from '../../src/view/allowance';

/** How often it may be written within `seconds` by one who tries 20 times a second. */
function granted(allowance: Allowance, from: number, seconds: number): number {
  let granted = 0;
  for (let now = from; now < from + seconds * 1_000; now += 50) if (allowance.take(now)) granted += 1;
  return granted;
}

test('a reader who types a sentence has every letter written at once', () => {
  const allowance = new Allowance(0);
  expect(granted(allowance, 0, 2)).toBe(40);
});

test('less than 100 changes are made in any 30 seconds, which is where WebKit throws', () => {
  const allowance = new Allowance(0);
  expect(granted(allowance, 0, 30)).toBeLessThan(100);
  expect(granted(allowance, 30_000, 30)).toBeLessThan(100);
});

test('a rest gives the allowance back', () => {
  const allowance = new Allowance(0);
  granted(allowance, 0, 30);
  expect(granted(allowance, 60_000, 2)).toBe(40);
});

test('a clock that is put back neither gives nor takes', () => {
  const allowance = new Allowance(10_000);
  expect(granted(allowance, 0, 30)).toBe(granted(new Allowance(0), 0, 30));
});
