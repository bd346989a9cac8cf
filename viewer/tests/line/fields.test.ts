import { describe, expect, test } from 'vitest';
import { fieldsOf, valueAt, valueText } from '../../src/line/fields';
import { parseJson, writeJson } from '../../src/line/json';

function at(text: string, path: string): string | undefined {
  const fields = fieldsOf(text);
  const value = fields === undefined ? undefined : valueAt(fields, path);
  return value === undefined ? undefined : valueText(value);
}

describe('JSON', () => {
  test.each([
    ['V13: huge integers', '{"id":9007199254740993,"n":123456789012345678901234567890}'],
    ['V13: numbers as written', '{"a":1.0,"b":-0,"c":1e5,"d":0.10}'],
    ['V13: keys that come twice', '{"a":1,"a":2,"a":1}'],
    ['V13: the key __proto__', '{"__proto__":{"polluted":true},"constructor":1}'],
    ['V13: nested values', '{"a":{"b":[1,{"c":null}]},"d":[],"e":{}}'],
    ['escapes', '{"a":"\\"\\u00e9\\\\ \\n","é":"x"}'.replace('\\u00e9', 'é')],
  ])('%s are kept', (_, text) => {
    const value = parseJson(text);
    expect(value === undefined ? undefined : writeJson(value)).toBe(text);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    "{'a': 1}",
    '{"a": NaN}',
    '{"a": 1,}',
    '{a: 1}',
    '{"a": 01}',
    '{"a": "\u0001"}',
    '{"a": "\\x"}',
    '{"a" 1}',
    '{"a": 1} trailing }',
    '{"a": None}',
    '[1, 2',
    '"open',
    '',
  ])('V13: %j is not quite JSON', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  test('V13: nesting without end is not followed', () => {
    expect(parseJson('['.repeat(100_000) + ']'.repeat(100_000))).toBeUndefined();
    expect(parseJson('{"a":'.repeat(150) + '1' + '}'.repeat(150))).toBeDefined();
  });

  test('V13: an object of 2 MB is read when it is asked for', () => {
    const text = JSON.stringify({ items: Array.from({ length: 20_000 }, (_, id) => ({ id, text: 'x'.repeat(80) })) });
    expect(text.length).toBeGreaterThan(2_000_000);
    expect(fieldsOf(text)).toBeUndefined();
    const fields = fieldsOf(text, false);
    expect(fields && valueText(valueAt(fields, 'items.19999.id') ?? fields)).toBe('19999');
  });
});

describe('fields', () => {
  test('are found in an object, alone and after a prefix', () => {
    expect(at('{"a":{"b":1}}', 'a.b')).toBe('1');
    expect(at('2026-11-05 12:00:00 INFO request {"status":200}', 'status')).toBe('200');
    expect(at('{"a.b":{"c.d":"x"},"a":1}', 'a.b.c.d')).toBe('x');
    expect(at('{"a":[5,6]}', 'a.1')).toBe('6');
    expect(at('{"a":{"b":1}}', 'a')).toBe('{"b":1}');
  });

  test('are found in logfmt, quoted or not', () => {
    const line = 'ts=2026-11-05T12:00:00Z level=warn msg="disk \\"a\\" full" took=12ms n=9007199254740993 empty=';
    expect(['level', 'msg', 'took', 'n', 'empty'].map((path) => at(line, path))).toEqual([
      'warn',
      'disk "a" full',
      '12ms',
      '9007199254740993',
      '',
    ]);
    expect(at('2026-11-05T12:00:00Z level=warn msg=x', 'msg')).toBe('x');
  });

  test.each(['a=1', 'x a=1 b=2', 'SELECT a=1 AND b=2', '{}', 'https://a/?b=1&c=2', 'a=1 b="open'])(
    'are not seen in %j',
    (text) => {
      expect(fieldsOf(text)).toBeUndefined();
    },
  );
});
