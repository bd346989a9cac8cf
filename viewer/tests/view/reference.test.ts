import { describe, expect, test } from 'vitest';
import { readLine, readSource, unknownName, writeLine, writeSource } from '../../src/view/reference';

describe('a reference in an address', () => {
  test('names a line as it was written', () => {
    const line = { identity: '9f86d081884c7d65\0a3c1e07b', epoch: 3, offset: 4_096 };
    expect(writeLine(line)).toBe('9f86d081884c7d65.a3c1e07b.3.4096');
    expect(readLine(writeLine(line))).toEqual(line);
  });

  test.each(['', '1.2', 'a.b.c.d', 'a.b.1.-1', 'a.b.1.99999999999999999999'])('names none in %j', (text) => {
    expect(readLine(text)).toBeUndefined();
  });

  test.each(['agent\0source', 'agent\0', '\0sender.with.dots', '\0'])('names the source %j', (identity) => {
    expect(readSource(writeSource(identity))).toBe(identity);
  });

  test.each([
    ['9f86\0a3c1', 'unknown file a3c1'],
    ['9f86\0', 'unknown agent 9f86'],
    ['\0sender', 'sender'],
    ['\0', 'message'],
  ])('calls the source %j, while nothing else is known of it, %j', (identity, name) => {
    expect(unknownName(identity)).toBe(name);
  });
});
