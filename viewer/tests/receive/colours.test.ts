import { expect, test } from 'vitest';
import { Colours, HUES } from '../../src/receive/colours';

const NAMES = Array.from({ length: HUES }, (_, index) => `agent\0source-${String(index)}`);

test('the same source has the same colour on every visit', () => {
  expect(new Colours().choose('a1\0s1')).toBe(new Colours().choose('a1\0s1'));
});

test('no two of the first sources share a colour', () => {
  const colours = new Colours();
  expect(new Set(NAMES.map((name) => colours.choose(name))).size).toBe(HUES);
});

test('further sources spread over all colours', () => {
  const colours = new Colours();
  const uses = new Map<number, number>();
  for (let index = 0; index < 10 * HUES; index += 1) {
    const hue = colours.choose(`source-${String(index)}`);
    uses.set(hue, (uses.get(hue) ?? 0) + 1);
  }
  expect([...uses.values()]).toEqual(Array.from({ length: HUES }, () => 10));
});
