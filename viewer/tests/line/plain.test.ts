import { describe, expect, test } from 'vitest';
import { overwritten, plain } from '../../src/line/plain';

describe('plain text', () => {
  test.each([
    ['colours', 'a \u001b[1;38;5;196mred\u001b[0m b', 'a red b'],
    ['cursor movements and erasures', '\u001b[2K\u001b[1Gdone\u001b[?25h', 'done'],
    ['titles and links', '\u001b]0;title\u0007x \u001b]8;;javascript:alert(1)\u001b\\text\u001b]8;;\u001b\\', 'x text'],
    ['device control strings', 'a\u001bPq#0~\u001b\\b', 'ab'],
    ['other escapes', '\u001b(Ba\u001b7b\u001b8c', 'abc'],
    ['sequences that break off', 'a\u001b[31', 'a'],
    ['a lone escape at the end', 'a\u001b', 'a'],
    ['C1 forms', 'a\u009b31mb', 'ab'],
  ])('is without %s', (_, text, seen) => {
    expect(plain(text)).toBe(seen);
  });

  test('is what the last carriage return left', () => {
    expect(plain('10 %\r50 %\r100 %')).toBe('100 %');
    expect(plain('50 %\r100 %\r\u001b[K')).toBe('100 %');
    expect(plain('\r\r')).toBe('');
    expect(overwritten('10 %\r50 %\r100 %\r')).toBe(2);
  });
});
