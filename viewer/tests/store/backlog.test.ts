import { describe, expect, test } from 'vitest';
import { Backlog } from '../../src/store/backlog';
import { CHUNK_ENTRIES } from '../../src/store/chunk';

function filled(count: number, capacity = 50_000): Backlog {
  const backlog = new Backlog(capacity);
  fill(backlog, count);
  return backlog;
}

function fill(backlog: Backlog, count: number): void {
  for (let index = 0; index < count; index += 1) backlog.append(0, backlog.total, `line ${String(backlog.total)}`, 0);
}

function textsOf(backlog: Backlog): string[] {
  return backlog.chunks.flatMap((chunk) => chunk.texts.map((text, index) => chunk.note(index)?.kind ?? text));
}

describe('a backlog', () => {
  test('keeps the newest lines up to its capacity and counts the rest', () => {
    const backlog = filled(10_000, 4_096);
    expect(backlog.lines).toBeLessThanOrEqual(4_096);
    expect(backlog.lines).toBeGreaterThan(4_096 - CHUNK_ENTRIES);
    expect(backlog.lines + backlog.dropped).toBe(10_000);
    expect(backlog.chunks[0]?.droppedBefore).toBe(backlog.dropped);
    expect(textsOf(backlog).at(-1)).toBe('line 9999');
  });

  test('finds an entry by its key for as long as it is held', () => {
    const backlog = new Backlog(4_096);
    const key = backlog.append(0, 0, 'first', 0);
    fill(backlog, 2_000);
    expect(backlog.find(key)).toEqual({ chunk: 0, index: 0 });
    fill(backlog, 5_000);
    expect(backlog.find(key)).toBeUndefined();
  });

  test('inserts in the middle without changing a key', () => {
    const backlog = filled(1_000);
    const key = backlog.lastKey;
    const place = backlog.findOffset(0, 700);
    expect(place).toBeDefined();
    if (place !== undefined) backlog.insert(place, 0, [{ offset: 699.5, text: 'late', time: 0 }]);
    expect(textsOf(backlog).slice(699, 702)).toEqual(['line 699', 'late', 'line 700']);
    const last = backlog.find(key);
    expect(last && backlog.chunks[last.chunk]?.texts[last.index]).toBe('line 999');
    expect(backlog.lines).toBe(1_001);
  });

  test('goes on at the end after an insertion', () => {
    const backlog = filled(10);
    backlog.insert({ chunk: 0, index: 5 }, 0, [{ offset: 0, text: 'late', time: 0 }]);
    fill(backlog, 2 * CHUNK_ENTRIES);
    expect(textsOf(backlog)[5]).toBe('late');
    expect(new Set(backlog.chunks.flatMap((chunk) => chunk.texts.map((_, index) => chunk.firstKey + index))).size).toBe(
      textsOf(backlog).length,
    );
  });

  test('moves the count of dropped lines to what is inserted at the top', () => {
    const backlog = filled(10_000, 4_096);
    const dropped = backlog.dropped;
    backlog.insert({ chunk: 0, index: 0 }, 0, [{ offset: 0, text: 'late', time: 0 }]);
    expect(backlog.chunks.map(({ droppedBefore }) => droppedBefore).slice(0, 2)).toEqual([dropped, 0]);
  });

  test('takes a divider back, and counts lines without dividers', () => {
    const backlog = filled(3);
    const key = backlog.divide({ kind: 'restart', name: 'web-1' }, 0);
    expect([backlog.lines, textsOf(backlog)[3]]).toEqual([3, 'restart']);
    backlog.withdraw(key);
    expect(textsOf(backlog)[3]).toBe('withdrawn');
  });
});

describe('while a reader is away from the live end', () => {
  test('what was there stays, the newest lines come, and the hole between them is counted', () => {
    const backlog = filled(4_000, 4_096);
    const read = backlog.chunks[0]?.firstKey ?? 0;
    backlog.hold(backlog.lastKey);
    fill(backlog, 50_000);
    expect(backlog.find(read)).toEqual({ chunk: 0, index: 0 });
    expect(backlog.lines).toBeLessThanOrEqual(2 * 4_096);
    expect(textsOf(backlog).at(-1)).toBe('line 53999');
    const holes = backlog.chunks.filter(({ droppedBefore }) => droppedBefore > 0);
    expect(holes.map(({ droppedBefore }) => droppedBefore)).toEqual([backlog.dropped]);
    expect(backlog.lines + backlog.dropped).toBe(54_000);
  });

  test('a reader far below loses what is far above first', () => {
    const backlog = filled(4_000, 4_096);
    for (let step = 0; step < 20; step += 1) {
      backlog.hold(backlog.lastKey);
      fill(backlog, 400);
    }
    expect(backlog.chunks[0]?.droppedBefore).toBe(backlog.dropped);
    expect(backlog.dropped).toBeGreaterThan(0);
  });

  test('the return to the live end brings it back to its capacity', () => {
    const backlog = filled(4_000, 4_096);
    backlog.hold(backlog.lastKey);
    fill(backlog, 20_000);
    backlog.hold(undefined);
    fill(backlog, 2_000);
    expect(backlog.lines).toBeLessThanOrEqual(4_096);
    expect(backlog.chunks.slice(1).every(({ droppedBefore }) => droppedBefore === 0)).toBe(true);
    expect(backlog.chunks[0]?.droppedBefore).toBe(backlog.dropped);
  });
});
