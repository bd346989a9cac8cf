import { describe, expect, test } from 'vitest';
import { EVERYTHING, withMuted } from '../../src/find/query';
import { Sieve } from '../../src/find/sieve';
import { keyNear } from '../../src/overview/moment';
import { barAt, barsOf, beginOf } from '../../src/overview/scale';
import { Tally } from '../../src/overview/tally';
import { Backlog } from '../../src/store/backlog';

class Page {
  readonly backlog = new Backlog(4_096);
  readonly sieve = new Sieve(this.backlog, (life) => `agent\0${String(life)}`);
  readonly tally = new Tally(this.backlog, this.sieve);

  line(text: string, second: number, life = 0): number {
    return this.backlog.append(life, this.backlog.total, text, second * 1_000);
  }

  counts(): [number, ...number[]][] {
    while (!this.tally.step(() => false));
    return [...this.tally.seconds].map(([second, counts]) => [second, ...counts]);
  }

  lines(): number {
    return this.counts().reduce((sum, [, ...counts]) => sum + counts.reduce((all, lines) => all + lines, 0), 0);
  }
}

describe('the tally', () => {
  test('counts lines by second and level, those of a stack trace with its first line', () => {
    const page = new Page();
    page.line('INFO one', 10);
    page.line('no level', 10);
    const head = page.line('ERROR two', 11);
    page.backlog.goOn(page.line('  at three', 11), head);
    page.line('WARN four', 12);
    expect(page.counts()).toEqual([
      [10, 1, 1, 0, 0],
      [11, 0, 0, 0, 2],
      [12, 0, 0, 1, 0],
    ]);
  });

  test('goes on with what comes, and forgets what is dropped', () => {
    const page = new Page();
    page.line('INFO first', 1);
    expect(page.lines()).toBe(1);
    for (let index = 0; index < 5_000; index += 1) page.line('INFO more', 2 + Math.floor(index / 100));
    expect(page.lines()).toBe(page.backlog.lines);
    expect(page.tally.seconds.has(1)).toBe(false);
  });

  test('counts what the filter shows', () => {
    const page = new Page();
    page.line('INFO one', 1);
    page.line('INFO two', 1, 1);
    expect(page.counts()).toEqual([[1, 0, 2, 0, 0]]);
    page.sieve.begin(withMuted(EVERYTHING, 'agent\x001'));
    expect(page.counts()).toEqual([[1, 0, 1, 0, 0]]);
  });

  test('counts no line twice where one came in between later, or was taken back', () => {
    const page = new Page();
    for (let index = 0; index < 10; index += 1) page.line('INFO', 1);
    page.counts();
    page.backlog.insert({ chunk: 0, index: 5 }, 0, [{ offset: 0, text: 'late', time: 1_000 }]);
    page.backlog.withdraw(9);
    expect(page.counts()).toEqual([[1, 1, 9, 0, 0]]);
  });

  test('stops when there is no more time, and ends later', () => {
    const page = new Page();
    for (let index = 0; index < 2_000; index += 1) page.line('INFO', 1);
    let looks = 0;
    expect(page.tally.step(() => (looks += 1) > 10)).toBe(false);
    expect(page.lines()).toBe(2_000);
  });
});

describe('the bars', () => {
  test('cover as many seconds as make them fit, and begin where people count from', () => {
    const seconds = new Map([
      [103, new Uint32Array([1, 0, 0, 0])],
      [160, new Uint32Array([0, 0, 0, 5])],
    ]);
    const bars = barsOf(seconds, 13);
    expect(bars).toMatchObject({ first: 100, step: 5, most: 1 });
    expect(bars?.rates).toHaveLength(13);
    expect(bars === undefined ? [] : [barAt(bars, 104_999), barAt(bars, 105_000), barAt(bars, 1e9)]).toEqual([
      0, 1, 12,
    ]);
    expect(bars === undefined ? 0 : beginOf(bars, 2)).toBe(110_000);
  });

  test('are none where there is nothing, and fit a span of years', () => {
    expect(barsOf(new Map(), 100)).toBeUndefined();
    const years = new Map([0, 3e8].map((second) => [second, new Uint32Array([1, 0, 0, 0])]));
    expect(barsOf(years, 100)?.rates.length).toBeLessThanOrEqual(100);
  });
});

test('the line nearest to a moment is found, also among agents whose clocks differ', () => {
  const page = new Page();
  const keys = [100, 400, 101, 401, 102].map((second) => page.line('INFO', second));
  expect(keyNear(page.backlog, page.sieve, 101_000)).toBe(keys[2]);
  expect(keyNear(page.backlog, page.sieve, 0)).toBe(keys[0]);
  expect(keyNear(page.backlog, page.sieve, 1e9)).toBe(keys[3]);
});
