import { describe, expect, test } from 'vitest';
import { DROPPED, Layout } from '../../src/list/layout';
import { Backlog } from '../../src/store/backlog';
import type { Chunk } from '../../src/store/chunk';

const ALL = { isShown: () => true, version: (chunk: Chunk) => chunk.version };
const METRICS = { row: 20, divider: 32, columns: 10, drawn: 40 };

function laidOut(...texts: readonly string[]): { backlog: Backlog; layout: Layout } {
  const backlog = new Backlog(4_096);
  for (const [index, text] of texts.entries()) backlog.append(0, index, text, 0);
  return { backlog, layout: new Layout(backlog, ALL, METRICS) };
}

describe('the layout', () => {
  test('estimates wrapped lines from their length, and draws no more of one than it should', () => {
    const { layout } = laidOut('', 'ten chars.', 'eleven char', 'x'.repeat(1_000));
    expect([0, 1, 2, 3].map((index) => layout.heightAt({ chunk: 0, index }))).toEqual([20, 20, 40, 80]);
    expect(layout.total()).toBe(160);
  });

  test('gives every line one row where lines are not wrapped', () => {
    const { layout } = laidOut('short', 'x'.repeat(1_000));
    layout.remeasure({ ...METRICS, columns: Infinity });
    expect(layout.total()).toBe(40);
  });

  test('believes what was measured, until the width changes', () => {
    const { layout } = laidOut('one', 'two');
    layout.measured({ chunk: 0, index: 0 }, 60);
    expect([layout.topOf({ chunk: 0, index: 1 }), layout.total()]).toEqual([60, 80]);
    layout.remeasure(METRICS);
    expect(layout.total()).toBe(40);
  });

  test('finds the entry at a position, and the nearest outside', () => {
    const { layout } = laidOut('one', 'eleven char', 'three');
    expect([-5, 0, 19, 20, 59, 60, 900].map((y) => layout.at(y).index)).toEqual([0, 0, 0, 1, 1, 2, 2]);
  });

  test('position and entry agree over many chunks with dividers, dropped and taken back ones', () => {
    const { backlog, layout } = laidOut();
    for (let index = 0; index < 9_000; index += 1) backlog.append(0, index, 'x'.repeat(index % 35), 0);
    const key = backlog.divide({ kind: 'restart', name: 'web-1' }, 0);
    backlog.append(0, 0, 'last', 0);
    expect(layout.heightAt(layout.at(layout.total() - 30))).toBe(32);
    backlog.withdraw(key);
    for (const chunk of [0, 3, backlog.chunks.length - 1]) {
      for (const index of [DROPPED, 0, 100]) {
        const place = { chunk, index };
        if (layout.heightAt(place) > 0) expect(layout.at(layout.topOf(place))).toEqual(place);
      }
    }
    expect(layout.at(0)).toEqual({ chunk: 0, index: DROPPED });
    expect(layout.topOf(layout.end())).toBe(layout.total());
  });

  test('ends where the page was paused', () => {
    const { backlog, layout } = laidOut('one', 'two');
    layout.endAt(backlog.lastKey);
    backlog.append(0, 2, 'three', 0);
    expect(layout.total()).toBe(40);
    layout.endAt(undefined);
    expect(layout.total()).toBe(60);
  });

  test('is empty where an empty page was paused', () => {
    const { backlog, layout } = laidOut();
    layout.endAt(backlog.lastKey);
    backlog.append(0, 0, 'one', 0);
    expect(layout.total()).toBe(0);
  });

  test('follows an insertion above', () => {
    const { backlog, layout } = laidOut('one', 'two', 'three');
    const key = backlog.lastKey;
    expect(layout.total()).toBe(60);
    backlog.insert({ chunk: 0, index: 1 }, 0, [{ offset: 0, text: 'eleven char', time: 0 }]);
    const place = backlog.find(key);
    expect(place && layout.topOf(place)).toBe(80);
  });
});
