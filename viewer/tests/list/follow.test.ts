import { describe, expect, test } from 'vitest';
import { LIVE, lookedUp, paused, readOn, scrolled, waiting } from '../../src/list/follow';

const MARK = { key: 9, total: 10 };
const LATER = { key: 99, total: 110 };
const away = lookedUp(LIVE, MARK);

describe('following', () => {
  test('stops at the first upward move, and the count starts there', () => {
    expect(scrolled(LIVE, -1, 30, MARK)).toEqual({ mode: 'away', since: MARK });
    expect(waiting(away, 1_244)).toBe(1_234);
  });

  test('goes on when the view was only resized, or moved within the last pixels', () => {
    expect(scrolled(LIVE, -40, 0, MARK)).toBe(LIVE);
    expect(scrolled(LIVE, -1, 2, MARK)).toBe(LIVE);
  });

  test('begins again when the reader scrolls down to the end, not before', () => {
    expect(scrolled(away, 50, 400, LATER)).toBe(away);
    expect(scrolled(away, 50, 1, LATER)).toBe(LIVE);
  });

  test('further upward moves do not restart the count', () => {
    expect(lookedUp(away, LATER)).toBe(away);
    expect(scrolled(away, -50, 900, LATER)).toBe(away);
  });
});

describe('a pause', () => {
  test('counts from its own beginning, also when the reader was away already', () => {
    expect(waiting(paused(LATER), 120)).toBe(10);
  });

  test('is not ended by scrolling', () => {
    const still = paused(MARK);
    expect(scrolled(still, 50, 0, LATER)).toBe(still);
    expect(lookedUp(still, LATER)).toBe(still);
  });

  test('may end where the reader is', () => {
    expect(readOn(paused(MARK))).toEqual(away);
    expect(readOn(LIVE)).toBe(LIVE);
  });
});

test('nothing waits at the live end', () => {
  expect(waiting(LIVE, 500)).toBe(0);
});
