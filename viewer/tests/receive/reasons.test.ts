import { describe, expect, test } from 'vitest';
import { Reasons } from '../../src/receive/reasons';

describe('reasons', () => {
  test('stay sorted and disjoint, and the first told counts', () => {
    const reasons = new Reasons();
    reasons.add({ from: 40, to: 60, reason: 'rate' });
    reasons.add({ from: 10, to: 100, reason: 'truncated' });
    expect(reasons.ranges).toEqual([
      { from: 10, to: 40, reason: 'truncated' },
      { from: 40, to: 60, reason: 'rate' },
      { from: 60, to: 100, reason: 'truncated' },
    ]);
  });

  test('told again are no news', () => {
    const reasons = new Reasons();
    expect(reasons.add({ from: 0, to: 9, reason: 'rate' })).toBe(true);
    expect(reasons.add({ from: 2, to: 9, reason: 'removed' })).toBe(false);
    expect(reasons.add({ from: 5, to: 5, reason: 'rate' })).toBe(false);
  });

  test('know what they overlap', () => {
    const reasons = new Reasons();
    reasons.add({ from: 10, to: 20, reason: 'rate' });
    expect([reasons.overlaps(0, 10), reasons.overlaps(19, 30), reasons.overlaps(20, 30)]).toEqual([false, true, false]);
  });

  test('are bounded', () => {
    const reasons = new Reasons();
    for (let index = 0; index < 3_000; index += 1) reasons.add({ from: index * 2, to: index * 2 + 1, reason: 'rate' });
    expect(reasons.ranges.length).toBe(1_000);
    expect(reasons.ranges[0]?.from).toBe(4_000);
  });
});
