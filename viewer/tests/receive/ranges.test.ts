import { describe, expect, test } from 'vitest';
import { Ranges } from '../../src/receive/ranges';

function ranges(...pairs: readonly (readonly [number, number])[]): Ranges {
  const made = new Ranges();
  for (const [start, end] of pairs) made.add(start, end);
  return made;
}

function pairsOf({ starts, ends }: Ranges): [number, number][] {
  return starts.map((start, index) => [start, ends[index] ?? Number.NaN]);
}

describe('ranges', () => {
  test('that touch or overlap become one', () => {
    expect(pairsOf(ranges([0, 4], [4, 8]))).toEqual([[0, 8]]);
    expect(pairsOf(ranges([4, 8], [0, 4]))).toEqual([[0, 8]]);
    expect(pairsOf(ranges([0, 4], [10, 14], [2, 12]))).toEqual([[0, 14]]);
    expect(pairsOf(ranges([5, 6], [0, 9]))).toEqual([[0, 9]]);
  });

  test('that do not touch stay apart, in order', () => {
    expect(pairsOf(ranges([20, 24], [0, 4], [10, 14]))).toEqual([
      [0, 4],
      [10, 14],
      [20, 24],
    ]);
  });

  test('know their bytes', () => {
    const made = ranges([4, 8], [10, 12]);
    expect([3, 4, 7, 8, 9, 10, 11, 12].filter((offset) => made.has(offset))).toEqual([4, 7, 10, 11]);
  });

  test.each([
    [0, 4, false],
    [0, 5, true],
    [7, 20, true],
    [8, 10, false],
    [12, 99, false],
  ])('%d to %d overlaps: %s', (start, end, expected) => {
    expect(ranges([4, 8], [10, 12]).overlaps(start, end)).toBe(expected);
  });

  test('agree with a plain set, whatever comes in whatever order', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const made = new Ranges();
    const plain = new Set<number>();
    for (let step = 0; step < 300; step += 1) {
      const start = random(400);
      const end = start + 1 + random(6);
      made.add(start, end);
      for (let offset = start; offset < end; offset += 1) plain.add(offset);
      for (let offset = 0; offset < 410; offset += 1) expect(made.has(offset)).toBe(plain.has(offset));
    }
    expect(made.ends.every((end, index) => end < (made.starts[index + 1] ?? Infinity))).toBe(true);
  });

  test('full of holes forget the lowest ones', () => {
    const made = new Ranges();
    for (let index = 0; index < 5_000; index += 1) made.add(index * 10, index * 10 + 5);
    expect(made.starts.length).toBe(1_000);
    expect(made.has(7)).toBe(true);
    expect(made.has(49_987)).toBe(false);
  });
});
