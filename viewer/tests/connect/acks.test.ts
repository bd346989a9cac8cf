import { expect, test } from 'vitest';
import { Acks } from '../../src/connect/acks';

test('a message after a pause is acknowledged at once', () => {
  const acks = new Acks();
  expect(acks.take(1, 100, 0)).toEqual({ isNew: true, ack: 1 });
  expect(acks.take(2, 100, 200)).toEqual({ isNew: true, ack: 2 });
});

test('W4: a burst never leaves 1,000 messages or 16 MB unacknowledged, without any timer', () => {
  for (const chars of [10, 300_000]) {
    const acks = new Acks();
    let [acked, most] = [0, 0];
    for (let id = 1; id <= 5_000; id += 1) {
      acked = acks.take(id, chars, 0).ack ?? acked;
      most = Math.max(most, id - acked);
    }
    expect(most).toBeLessThan(20);
    expect(most * chars * 3).toBeLessThan(16_000_000);
  }
});

test('W4: a repeat is told apart, and acknowledged again', () => {
  const acks = new Acks();
  acks.take(1, 10, 0);
  acks.take(2, 10, 1);
  expect(acks.take(1, 10, 2)).toEqual({ isNew: false, ack: 2 });
});

test('what waits is acknowledged by the next tick, once', () => {
  const acks = new Acks();
  acks.take(1, 10, 0);
  acks.take(2, 10, 1);
  expect([acks.flush(500), acks.flush(1_000)]).toEqual([2, undefined]);
});

test('a new connection counts from 1', () => {
  const acks = new Acks();
  acks.take(7, 10, 0);
  acks.reset();
  expect(acks.take(1, 10, 1)).toEqual({ isNew: true, ack: 1 });
});
