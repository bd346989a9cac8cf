import { describe, expect, test } from 'vitest';
import { memberText } from '../../src/receive/json-text';

describe('the text of a member', () => {
  test.each([
    ['{"a":1,"data":{"n":12345678901234567890}}', '{"n":12345678901234567890}'],
    ['{ "data" : [1, {"data": 2}] , "b" : 3 }', '[1, {"data": 2}]'],
    ['{"data":"a \\"quoted\\" } , brace","b":1}', '"a \\"quoted\\" } , brace"'],
    ['{"x":{"data":1},"data":true}', 'true'],
    ['{"data":1,"data":2}', '2'],
    ['{"data":-1.50e+3}', '-1.50e+3'],
    ['{"data":{"a":1,"a":2,"__proto__":null}}', '{"a":1,"a":2,"__proto__":null}'],
    ['{"a\\\\":"}","data":null}', 'null'],
  ])('of %s is %s', (json, expected) => {
    expect(memberText(json, 'data')).toBe(expected);
  });

  test('that is not there is undefined', () => {
    expect(memberText('{"a":{"data":1}}', 'data')).toBeUndefined();
    expect(memberText('{}', 'data')).toBeUndefined();
  });
});
