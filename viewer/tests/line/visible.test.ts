import { describe, expect, test } from 'vitest';
import { head, visible } from '../../src/line/visible';

describe('text made visible', () => {
  test.each([
    ['plain <b>text</b> &amp; é 日本 🚀', 'plain <b>text</b> &amp; é 日本 🚀'],
    ['\u001b[31mred\u0007\u0000', '␛[31mred␇␀'],
    ['progress\r100%', 'progress␍100%'],
    ['\u007f', '␡'],
    ['a\tb', 'a\tb'],
    ['\u009b31m', '⟨U+009B⟩31m'],
    ['user\u202eexe.txt\u202c', 'user⟨U+202E⟩exe.txt⟨U+202C⟩'],
    ['a\u2028b', 'a⟨U+2028⟩b'],
  ])('%j is %j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  test('no control but the tab is left', () => {
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('');
    expect(visible(all)).not.toMatch(/[^\P{Cc}\t]/u);
  });
});

test('the head of a text does not end within a character', () => {
  expect(head('ab🚀cd', 3)).toBe('ab');
  expect(head('ab🚀cd', 4)).toBe('ab🚀');
  expect(head('ab', 4)).toBe('ab');
});
