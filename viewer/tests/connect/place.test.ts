import { expect, test } from 'vitest';
import { Place } from '../../src/connect/place';
import { Ring } from '../../src/connect/ring';
import type { Phase } from '../../src/connect/session';

const LIVE: Phase = { name: 'joined', since: 0, recoveredMs: undefined };
const AWAY: Phase = { name: 'negotiating', since: 1, failure: undefined };

function fill(ring: Ring, messages: number): void {
  for (let number = 0; number < messages; number += 1)
    ring.append({ kind: 'message', text: String(number).padEnd(10_000), at: 0 });
}

/** Pulls until there is nothing to be had; returns the number of messages, and of those that were missed. */
function drain(place: Place, ring: Ring, isTaken: boolean): { messages: number; missed: number } {
  const had = { messages: 0, missed: 0 };
  for (let news = place.pull(ring, LIVE); news; news = place.pull(ring, LIVE)) {
    had.messages += news.items.length;
    had.missed += news.missed;
    if (isTaken) place.taken();
  }
  return had;
}

test('a tab that keeps up gets everything, and nothing twice', () => {
  const ring = new Ring(32_000_000);
  const place = new Place('h', 0);
  fill(ring, 1_000);
  expect(drain(place, ring, true)).toEqual({ messages: 1_000, missed: 0 });
  expect(drain(place, ring, true)).toEqual({ messages: 0, missed: 0 });
});

test('V16: a tab that sleeps is sent no more than a window, and has what is kept when it wakes', () => {
  const ring = new Ring(32_000_000);
  const place = new Place('h', 0);
  fill(ring, 3_000);
  const asleep = drain(place, ring, false);
  expect(asleep.messages).toBeLessThan(300);
  for (let news = 0; news < 32; news += 1) place.taken();
  expect(drain(place, ring, true)).toEqual({ messages: 3_000 - asleep.messages, missed: 0 });
});

test('V16: a tab that slept too long is told how many messages it missed, before those that are kept', () => {
  const ring = new Ring(32_000_000);
  const place = new Place('h', 0);
  fill(ring, 10_000);
  const { messages, missed } = drain(place, ring, true);
  expect(messages + missed).toBe(10_000);
  expect(missed).toBeGreaterThan(6_000);
});

test('the phase is news of its own, and the latest is told', () => {
  const ring = new Ring(1_000);
  const place = new Place('h', 0);
  expect(place.pull(ring, AWAY)).toMatchObject({ say: 'news', hub: 'h', phase: AWAY, items: [] });
  expect(place.pull(ring, AWAY)).toBeUndefined();
  expect(place.pull(ring, LIVE)).toMatchObject({ phase: LIVE });
});

test('V16: a sleeping tab is not sent phase after phase either', () => {
  const place = new Place('h', 0);
  let sent = 0;
  for (let since = 0; since < 10_000; since += 1)
    if (place.pull(new Ring(1), { name: 'negotiating', since, failure: undefined })) sent += 1;
  expect(sent).toBe(32);
});
