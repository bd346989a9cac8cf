import { describe, expect, test } from 'vitest';
import { Life } from '../../src/receive/life';

describe('a life of a file', () => {
  test('takes a contiguous batch as one run without looking for gaps', () => {
    const life = new Life(1, true);
    life.takeLines(0, [4, 4]);
    expect(life.takeLines(8, [6])).toEqual({ runs: [{ from: 0, to: 1, offset: 8 }], isChanged: false });
  });

  test('finds the new runs around a repeat', () => {
    const life = new Life(1, true);
    life.takeLines(4, [4]);
    expect(life.takeLines(0, [4, 4, 4]).runs).toEqual([
      { from: 0, to: 1, offset: 0 },
      { from: 2, to: 3, offset: 8 },
    ]);
  });

  test('says when a told reason is overtaken by the bytes themselves', () => {
    const life = new Life(1, true);
    life.takeLines(0, [4]);
    life.takeStatus(0, 4, [{ from: 4, to: 8, reason: 'rate' }], false);
    expect(life.missing()).toEqual([{ from: 4, to: 8, reason: 'rate' }]);
    expect(life.takeLines(4, [4]).isChanged).toBe(true);
    expect(life.missing()).toEqual([]);
  });

  test('has no news in a status that repeats itself', () => {
    const life = new Life(1, false);
    life.takeLines(0, [4]);
    const told = [{ from: 2, to: 3, reason: 'rate' }];
    life.takeStatus(0, 4, told, false);
    expect(life.takeStatus(0, 4, told, false)).toBe(false);
  });

  test('any order of the same lines leaves nothing missing', () => {
    const offsets = [0, 4, 8, 12, 16, 20];
    for (let shift = 0; shift < offsets.length; shift += 1) {
      const life = new Life(1, true);
      const order = offsets.map((_, index) => offsets[(index * 5 + shift) % offsets.length] ?? 0);
      for (const offset of order) life.takeLines(offset, [4]);
      expect(life.missing()).toEqual([]);
    }
  });
});
