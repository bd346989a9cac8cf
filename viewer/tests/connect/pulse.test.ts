import { expect, test } from 'vitest';
import { Pulse } from '../../src/connect/pulse';

test('V15: three questions without an answer mean that the hub is gone', () => {
  const pulse = new Pulse();
  expect([pulse.tick(), pulse.tick(), pulse.tick(), pulse.tick()]).toEqual(['ask', 'ask', 'ask', 'lost']);
});

test('any word of the hub is an answer', () => {
  const pulse = new Pulse();
  for (let tick = 0; tick < 100; tick += 1) {
    expect(pulse.tick()).toBe('ask');
    if (tick % 3 === 2) pulse.heard();
  }
});
