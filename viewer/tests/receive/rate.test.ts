import { expect, test } from 'vitest';
import { Rate } from '../../src/receive/rate';

test('is the mean of the last three whole seconds', () => {
  const rate = new Rate();
  rate.add(300, 10_100);
  rate.add(300, 11_900);
  rate.add(300, 12_000);
  expect(rate.perSecond(13_000)).toBe(300);
  expect(rate.perSecond(14_000)).toBe(200);
});

test('does not count the second that runs', () => {
  const rate = new Rate();
  rate.add(300, 10_100);
  expect(rate.perSecond(10_900)).toBe(0);
});

test('falls to nothing when nothing comes, and survives sleep and a clock that steps back', () => {
  const rate = new Rate();
  rate.add(300, 10_000);
  expect(rate.perSecond(10_000_000)).toBe(0);
  rate.add(30, 9_000);
  expect(rate.perSecond(10_001_000)).toBe(10);
});
