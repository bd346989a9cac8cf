import { describe, expect, test } from 'vitest';
import { leadingLength, stampOf } from '../../src/line/stamp';
import { fullTime, showTime } from '../../src/line/time';

/** 2026-11-05 12:00:10 UTC: when the lines came. */
const ARRIVAL = Date.UTC(2026, 10, 5, 12, 0, 10);
const utc = (): number => 0;
const nepal = (): number => 20_700_000;

function moment(text: string, offset = utc): string | undefined {
  const stamp = stampOf(text, ARRIVAL, offset);
  return stamp === undefined ? undefined : new Date(stamp.time).toISOString();
}

describe('the time stamp of a line', () => {
  test.each([
    ['2026-11-05T12:00:00Z x', '2026-11-05T12:00:00.000Z'],
    ['2026-11-05T12:00:00.123456789+05:45 x', '2026-11-05T06:15:00.123Z'],
    ['2026-11-05 12:00:00,123 INFO x', '2026-11-05T12:00:00.123Z'],
    ['[2026-11-05 12:00:00] x', '2026-11-05T12:00:00.000Z'],
    ['2026/11/05 12:00:00 [error] x', '2026-11-05T12:00:00.000Z'],
    ['Nov  5 12:00:00 host app[1]: x', '2026-11-05T12:00:00.000Z'],
    ['Dec 31 23:59:59 host x', '2025-12-31T23:59:59.000Z'],
    ['Thu Nov 05 12:00:00 2026 x', '2026-11-05T12:00:00.000Z'],
    ['05 Nov 2026 12:00:00.123 * Ready', '2026-11-05T12:00:00.123Z'],
    ['I1105 12:00:00.123456 1 a.go:1] x', '2026-11-05T12:00:00.123Z'],
    ['<34>1 2026-11-05T12:00:00Z host x', '2026-11-05T12:00:00.000Z'],
    ['[12:00:01 INF] x', '2026-11-05T12:00:01.000Z'],
    ['1793880000 x', '2026-11-05T12:00:00.000Z'],
    ['1793880000.5 x', '2026-11-05T12:00:00.500Z'],
    ['1793880000123 x', '2026-11-05T12:00:00.123Z'],
    ['1.2.3.4 - - [05/Nov/2026:12:00:00 +0000] "GET /"', '2026-11-05T12:00:00.000Z'],
    ['{"level":30,"time":1793880000123,"msg":"x"}', '2026-11-05T12:00:00.123Z'],
    ['{"@timestamp":"2026-11-05T12:00:00.5Z"}', '2026-11-05T12:00:00.500Z'],
    ['ts=2026-11-05T12:00:00Z level=info', '2026-11-05T12:00:00.000Z'],
    ['line 000123', undefined],
    ['2026-13-05 12:00:00 x', undefined],
    ['10.0.0.1 GET /', undefined],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(moment(text)).toBe(expected);
  });

  test('V28: without a time zone it is of the one, local time or UTC, that is nearer to the arrival', () => {
    expect(moment('2026-11-05 12:00:00 x', nepal)).toBe('2026-11-05T12:00:00.000Z');
    expect(moment('2026-11-05 17:45:00 x', nepal)).toBe('2026-11-05T12:00:00.000Z');
  });

  test('takes its brackets and blanks with it where it leads the line', () => {
    for (const [text, rest] of [
      ['2026-11-05T12:00:00Z  x', 'x'],
      ['[2026-11-05 12:00:00] x', 'x'],
      ['{"time":"2026-11-05T12:00:00Z"}', '{"time":"2026-11-05T12:00:00Z"}'],
      ['[12:00:01 INF] x', '[12:00:01 INF] x'],
    ] as const) {
      const stamp = stampOf(text, ARRIVAL, utc);
      expect(stamp && text.slice(leadingLength(text, stamp))).toBe(rest);
    }
  });
});

describe('time', () => {
  test('V28: is shown in UTC and, of another day, with the date', () => {
    expect(showTime(ARRIVAL + 5, 'utc', ARRIVAL)).toBe('12:00:10.005');
    expect(showTime(ARRIVAL - 86_400_000, 'utc', ARRIVAL)).toBe('11-04 12:00:10');
    expect(fullTime(ARRIVAL, 'utc')).toBe('2026-11-05 12:00:10.000 UTC');
  });

  test('is the reader\u2019s own, to the millisecond, where it is local', () => {
    const time = new Date(2026, 10, 23, 9, 5, 7, 40).getTime();
    expect(showTime(time, 'local', time)).toBe('09:05:07.040');
  });

  test.each([
    [0, 'now'],
    [-500, 'now'],
    [-5_000, 'in 5 s'],
    [59_999, '59 s ago'],
    [61_000, '1 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [50 * 3_600_000, '2 d ago'],
  ])('V28: %d ms ago is %s', (elapsed, words) => {
    expect(showTime(ARRIVAL - elapsed, 'relative', ARRIVAL)).toBe(words);
  });
});
