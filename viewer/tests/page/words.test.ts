import { describe, expect, test } from 'vitest';
import { negotiateUnreachable } from '../../src/connect/failures';
import { bytes, connection, counted, divider, droppedLines, duration, sourceState } from '../../src/page/words';

test.each([
  [1, '1 byte'],
  [2_048, '2,048 bytes'],
  [62_000, '62.0 KB'],
  [1_900_000, '1.9 MB'],
  [5_100_000_000, '5.1 GB'],
])('%d bytes are %s', (value, expected) => {
  expect(bytes(value)).toBe(expected);
});

test('counts agree with their nouns', () => {
  expect([counted(1, 'line'), counted(1_234, 'line')]).toEqual(['1 line', '1,234 lines']);
});

test('durations keep one unit', () => {
  expect([9, 240, 7_200].map(duration)).toEqual(['9 s', '4 min', '2 h']);
});

test('a reason of a later version is shown as it is', () => {
  expect(divider({ kind: 'gap', label: 'app.log', bytes: 46, reason: 'gremlins' })).toBe(
    '46 bytes of app.log missing: gremlins',
  );
});

test.each([
  ['tailing', '', ''],
  ['waiting', '', 'nothing is there yet'],
  ['waiting', 'no file is in it yet', 'no file is in it yet'],
  ['unreadable', 'permission denied', 'cannot be read: permission denied'],
  ['skipped', 'compressed', 'left out: compressed'],
  ['dreaming', '', 'dreaming'],
])('a source that is %s (%s) says %j', (state, detail, expected) => {
  expect(sourceState({ state, detail })).toBe(expected);
});

test('dropped lines say how many and why', () => {
  expect(droppedLines(12_800, true, 50_000)).toBe('12,800 older lines were dropped: the page keeps the newest 50,000');
  expect(droppedLines(1, false, 50_000)).toBe('1 line was dropped here while you were reading above');
});

describe('the connection in words', () => {
  test('counts down, and says what is wrong', () => {
    const words = connection({ name: 'waiting', retryAt: 10_000, failure: negotiateUnreachable }, 5_500);
    expect(words).toEqual({
      state: 'Not connected',
      note: '',
      problem: 'The negotiate service cannot be reached.',
      next: 'Trying again in 5 s.',
    });
  });

  test('keeps saying what is wrong while it tries', () => {
    expect(connection({ name: 'connecting', since: 0, failure: negotiateUnreachable }, 0)).toMatchObject({
      state: 'Connecting',
      problem: negotiateUnreachable.problem,
    });
  });

  test('is quiet when all is well', () => {
    const words = connection({ name: 'joined', since: 0, recoveredMs: undefined }, 0);
    expect(words).toEqual({ state: 'Live', note: '', problem: '', next: '' });
  });

  test('says for a while that a lost connection was recovered', () => {
    const phase = { name: 'joined', since: 0, recoveredMs: 4_200 } as const;
    expect(connection(phase, 9_999).note).toBe('recovered after 5 s, nothing was missed');
    expect(connection(phase, 10_000).note).toBe('');
  });
});
