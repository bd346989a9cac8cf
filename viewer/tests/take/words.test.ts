import { describe, expect, test } from 'vitest';
import { Sources } from '../../src/receive/sources';
import { prefix, seenText } from '../../src/take/words';

describe('text that is taken away', () => {
  test('is as it is seen: nothing in it that a terminal would obey (V14)', () => {
    expect(seenText('\u001b[31mred\u001b[0m\ttab')).toBe('red\ttab');
    expect(seenText('10 %\r100 %')).toBe('100 %');
    expect(seenText('a\u0007b\u202ec')).toBe('a\u2407b\u27e8U+202E\u27e9c');
  });

  test('is told with the time of the line, or else of its arrival, and its source', () => {
    const source = new Sources().ofAgent('a', 'web-1', 's', '/var/log/app.log');
    expect(prefix('2026-11-05T12:00:00.123Z hello', 0, source, 'utc')).toBe(
      '2026-11-05 12:00:00.123 UTC web-1 app.log: ',
    );
    expect(prefix('hello', 0, undefined, 'utc')).toBe('1970-01-01 00:00:00.000 UTC: ');
  });
});
