import { describe, expect, test } from 'vitest';
import { stretches } from '../../src/line/ansi';
import { CONTRAST, contrast, indexed, inkOn, PAGES, readable, type Rgb } from '../../src/line/colour';

const ESC = '\u001b[';

describe('stretches of one style', () => {
  test.each([
    ['31', { colour: [205, 49, 49] }],
    ['97;44', { colour: [255, 255, 255], background: [36, 114, 200] }],
    ['38;5;196', { colour: [255, 0, 0] }],
    ['48;5;232', { background: [8, 8, 8] }],
    ['38;2;1;2;3', { colour: [1, 2, 3] }],
    ['38:2::1:2:3', { colour: [1, 2, 3] }],
    ['38:5:21;1', { colour: [0, 0, 255], isBold: true }],
    ['1;3;4;9', { isBold: true, isItalic: true, isUnderlined: true, isStruck: true }],
    ['31;0', {}],
    ['', {}],
    ['31;39', {}],
    ['4:0', { isUnderlined: false }],
    ['38;5;999', {}],
    ['38', {}],
    ['999', {}],
  ])('%j', (parameters, style) => {
    expect(stretches(`${ESC}${parameters}mx`)).toEqual([{ text: 'x', style }]);
  });

  test('are cut where the style changes, and nothing of the sequences is left', () => {
    const text = `a${ESC}1mb${ESC}31mc${ESC}22md${ESC}me${ESC}2K${ESC}5Cf\u001b]8;;x\u0007g`;
    expect(stretches(text).map(({ text: part }) => part)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(stretches(text)[3]?.style).toEqual({ isBold: false, isDim: false, colour: [205, 49, 49] });
  });
});

describe('colours', () => {
  test('are read on the pages of both themes, all 256 of them', () => {
    for (const page of Object.values(PAGES)) {
      for (let index = 0; index < 256; index += 1) {
        expect(contrast(readable(indexed(index), page), page)).toBeGreaterThanOrEqual(CONTRAST - 0.05);
      }
    }
  });

  test('are left alone where they are read already', () => {
    const blue: Rgb = [0, 0, 139];
    expect(readable(blue, PAGES.light)).toBe(blue);
    expect(readable(blue, PAGES.dark)).not.toBe(blue);
  });

  test('of marks get ink that is read on them', () => {
    expect([inkOn('#ffee00'), inkOn('#112233')]).toEqual(['#000000', '#ffffff']);
  });
});
