import { expect, test } from 'vitest';
import { Ring, type Delivery } from '../../src/connect/ring';

const message = (text: string): Delivery => ({ kind: 'message', text, at: 0 });
/** What a message of 900 characters counts, with all that surrounds it. */
const COST = 1_000;

function ring(messages: number): Ring {
  const ring = new Ring(10 * COST);
  for (let number = 0; number < messages; number += 1) ring.append(message(String(number).padEnd(900)));
  return ring;
}

/** The numbers that the texts begin with. */
function numbers(items: readonly Delivery[]): number[] {
  return items.map((item) => (item.kind === 'message' ? parseInt(item.text) : -1));
}

test('gives what came since a number, in order', () => {
  const { items, missed, next } = ring(5).after(2, Infinity);
  expect([numbers(items), missed, next]).toEqual([[2, 3, 4], 0, 5]);
});

test('drops the oldest, and says how many of them somebody misses', () => {
  const { items, missed, next } = ring(1_234).after(1_000, Infinity);
  expect([numbers(items).length, missed, next]).toEqual([10, 224, 1_234]);
});

test('gives so much at a time, but never nothing', () => {
  const kept = ring(5);
  expect(numbers(kept.after(0, 2.5 * COST).items)).toEqual([0, 1]);
  expect(numbers(kept.after(0, 1).items)).toEqual([0]);
  expect(kept.after(5, 1)).toEqual({ items: [], missed: 0, next: 5, cost: 0 });
});

test('keeps one that is larger than everything', () => {
  const kept = ring(3);
  kept.append(message('3'.padEnd(20 * COST)));
  expect(numbers(kept.after(0, Infinity).items)).toEqual([3]);
});

test('knows where the latest begin', () => {
  expect(ring(8).latest(3 * COST)).toBe(5);
  expect(ring(8).latest(Infinity)).toBe(0);
  expect(ring(0).latest(Infinity)).toBe(0);
});

test('V29: does not grow', () => {
  const kept = ring(100_000);
  expect(numbers(kept.after(0, Infinity).items)).toHaveLength(10);
  expect((kept as unknown as { items: unknown[] }).items.length).toBeLessThanOrEqual(20);
});
