import { describe, expect, test } from 'vitest';
import { fileName, shortest } from '../../src/receive/labels';

test.each([
  ['/var/log/app.log', 'app.log'],
  ['C:\\logs\\app.log', 'app.log'],
  ['app.log', 'app.log'],
  ['/var/log/', 'log'],
  ['-', 'standard input'],
  ['/', '/'],
])('the name of %s is %s', (path, expected) => {
  expect(fileName(path)).toBe(expected);
});

describe('paths that end alike', () => {
  test('get as much as sets them apart', () => {
    expect(shortest(['/srv/a/app.log', '/srv/b/app.log'])).toEqual(['a/app.log', 'b/app.log']);
    expect(shortest(['/srv/a/log/app.log', '/srv/b/log/app.log', '/srv/b/old/app.log'])).toEqual([
      'a/log/app.log',
      'b/log/app.log',
      'old/app.log',
    ]);
  });

  test('may be thousands', () => {
    const paths = Array.from({ length: 5_000 }, (_, index) => `/var/log/pods/${String(index)}/app/0.log`);
    expect(new Set(shortest(paths)).size).toBe(5_000);
  });

  test('that are the same stay the same', () => {
    expect(shortest(['/srv/app.log', '/srv/app.log'])).toEqual(['/srv/app.log', '/srv/app.log']);
  });

  test('alone are the last part', () => {
    expect(shortest(['/srv/app.log'])).toEqual(['app.log']);
    expect(shortest(['-'])).toEqual(['standard input']);
  });

  test('where one is the end of the other, both are given whole', () => {
    expect(shortest(['/log/app.log', '/srv/log/app.log'])).toEqual(['/log/app.log', '/srv/log/app.log']);
  });
});
