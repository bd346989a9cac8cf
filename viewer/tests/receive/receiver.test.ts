import { describe, expect, test } from 'vitest';
import { Receiver } from '../../src/receive/receiver';
import { lines, status } from '../support/messages';

describe('the receiver', () => {
  test('notices a new epoch once, and not in the first one seen', () => {
    const receiver = new Receiver();
    const news = [1, 2, 2, 1, 3].map(
      (epoch, step) => receiver.takeLines(lines(['x'], { epoch, offset: step * 2 }), 0).isNewEpoch,
    );
    expect(news).toEqual([false, true, false, false, true]);
  });

  test('keeps sources apart whose identities run together when joined', () => {
    const receiver = new Receiver();
    const one = receiver.takeLines(lines(['x'], { agent: 'a/b', source: 'c' }), 0).life;
    const other = receiver.takeLines(lines(['x'], { agent: 'a', source: 'b/c' }), 0).life;
    expect(one).not.toBe(other);
  });

  test('counts silence from the moment of rejoining, as nobody could be heard before', () => {
    const receiver = new Receiver();
    receiver.takeStatus(status([], { interval: 10 }), 0);
    expect(receiver.silent(30_001).map(({ name }) => name)).toEqual(['web-1']);
    receiver.rejoined(30_002);
    expect(receiver.silent(60_000)).toEqual([]);
  });

  test('forgets old epochs of a file that is truncated again and again', () => {
    const receiver = new Receiver();
    for (let epoch = 1; epoch <= 100; epoch += 1) receiver.takeLines(lines(['x'], { epoch }), 0);
    expect([...receiver.lives()].map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: 16 }, (_, index) => 85 + index),
    );
  });
});
