import { describe, expect, test } from 'vitest';
import { Asking } from '../../src/find/asking';
import { DEADLINE_MS, LOOK_MS, Patience } from '../../src/find/patience';
import { NOTHING, problem } from '../../src/find/pattern';
import { EVERYTHING, type Query } from '../../src/find/query';

function regex(text: string): Query {
  return { ...EVERYTHING, find: { ...NOTHING, text, isRegex: true } };
}

describe('what is asked', () => {
  test('V9: an expression that is not valid says why and leaves the last good one in force', () => {
    const asking = new Asking();
    expect(asking.propose(regex('a'))).toBe(true);
    expect(asking.propose(regex('a('))).toBe(false);
    expect(asking.trouble).toMatch(/group/i);
    expect(asking.current.find.text).toBe('a');
    asking.propose(regex('a()'));
    expect(asking.trouble).toBe('');
  });

  test('V9: an expression that runs away leaves the last one that was answered in force', () => {
    const asking = new Asking();
    asking.propose(regex('good'));
    asking.completed();
    asking.propose(regex('(a+)+$'));
    asking.ranAway();
    expect(asking.current.find.text).toBe('good');
    expect(asking.trouble).toContain('Too slow');
  });

  test('V9: an expression that runs away only on a line that came later is given up, the sources stay', () => {
    const asking = new Asking();
    asking.propose({ ...regex('(a+)+$'), sources: ['s'] });
    asking.completed();
    asking.ranAway();
    expect(asking.current).toEqual({ ...EVERYTHING, sources: ['s'] });
  });

  test.each([
    ['(', /group/i],
    ['[a', /class/i],
    ['a{2,1}', /order/i],
    ['x'.repeat(1_001), /longer than/],
  ])('names what is wrong with %j', (text, words) => {
    expect(problem({ text, isRegex: true, isCased: false })).toMatch(words);
  });
});

describe('patience', () => {
  function look(patience: Patience<string>, from: number, to: number): string | undefined {
    for (let now = from; now <= to; now += LOOK_MS) {
      const overdue = patience.overdue(now);
      if (overdue !== undefined) return overdue;
    }
    return undefined;
  }

  test('V9: ends when nothing is answered for the length of the deadline', () => {
    const patience = new Patience<string>();
    patience.asked(1, 'query', 0);
    expect(look(patience, 0, DEADLINE_MS)).toBeUndefined();
    expect(look(patience, DEADLINE_MS, 2 * DEADLINE_MS)).toBe('query');
  });

  test('lasts while answers come, though the request is not settled yet', () => {
    const patience = new Patience<string>();
    patience.asked(1, 'query', 0);
    for (let now = 0; now < 10 * DEADLINE_MS; now += LOOK_MS) {
      patience.answered(0, now);
      expect(patience.overdue(now)).toBeUndefined();
    }
    expect(look(patience, 10 * DEADLINE_MS, 12 * DEADLINE_MS)).toBe('query');
  });

  test('does not end when nothing is owed', () => {
    const patience = new Patience<string>();
    patience.asked(1, 'query', 0);
    patience.answered(1, 10);
    expect(look(patience, 10, 5 * DEADLINE_MS)).toBeUndefined();
  });

  test('V16: does not count the time that the computer slept', () => {
    const patience = new Patience<string>();
    patience.asked(1, 'query', 0);
    expect(patience.overdue(8 * 3_600_000)).toBeUndefined();
  });
});
