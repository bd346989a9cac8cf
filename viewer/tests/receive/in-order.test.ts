/** What is ready at different times comes out in the order in which it was given. */

import { expect, test, vi } from 'vitest';
import { InOrder } from '../../src/receive/in-order';

function later<T>(): { value: Promise<T>; arrive: (value: T) => void } {
  let arrive: (value: T) => void = () => undefined;
  const value = new Promise<T>((resolve) => (arrive = resolve));
  return { value, arrive };
}

test('a value that is there is handed on at once', () => {
  const seen: number[] = [];
  new InOrder().give(1, (value) => seen.push(value));
  expect(seen).toEqual([1]);
});

test('nothing overtakes a value that is awaited', async () => {
  const seen: number[] = [];
  const take = (value: number) => seen.push(value);
  const inOrder = new InOrder();
  const [first, second] = [later<number>(), later<number>()];
  inOrder.give(first.value, take);
  inOrder.give(2, take);
  inOrder.give(second.value, take);
  inOrder.give(4, take);
  second.arrive(3);
  await Promise.resolve();
  expect(seen).toEqual([]);
  first.arrive(1);
  await vi.waitFor(() => {
    expect(seen).toEqual([1, 2, 3, 4]);
  });
  inOrder.give(5, take);
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test('one that breaks something does not stop those behind it', async () => {
  const report = vi.fn();
  vi.stubGlobal('reportError', report);
  const seen: number[] = [];
  const inOrder = new InOrder();
  inOrder.give(Promise.resolve(1), () => {
    throw new Error('broken');
  });
  inOrder.give(2, (value) => seen.push(value));
  await vi.waitFor(() => {
    expect(seen).toEqual([2]);
  });
  expect(report).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
