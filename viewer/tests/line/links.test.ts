import { describe, expect, test } from 'vitest';
import { linksIn } from '../../src/line/links';

describe('links', () => {
  test.each([
    ['see https://a.example/b.', ['https://a.example/b']],
    ['(http://a.example/c_(d)) and <https://b.example>', ['http://a.example/c_(d)', 'https://b.example']],
    ['"url":"https://a.example/?q=1&r=2"', ['https://a.example/?q=1&r=2']],
    ['write to mailto:ops@a.example!', ['mailto:ops@a.example']],
    ['HTTPS://A.example', ['HTTPS://A.example']],
    ['javascript:alert(1) data:text/html,x vbscript:x file:///x ftp://x/ blob:https', []],
    ['xhttps://a.example https:// http://', []],
    ['no', []],
  ])('in %j', (text, found) => {
    expect(linksIn(text).map(({ from, to }) => text.slice(from, to))).toEqual(found);
  });

  test('are at most 50 of a line', () => {
    expect(linksIn('https://a.example/ '.repeat(500))).toHaveLength(50);
  });
});
