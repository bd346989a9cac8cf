import { describe, expect, test } from 'vitest';
import { readFrame } from '../../src/connect/frames';
import { decode } from '../../src/receive/envelope';
import { frame } from '../support/messages';

const BATCH = {
  tailcast: 1,
  kind: 'lines',
  agent: 'a1',
  name: 'web-1',
  at: 5,
  source: 's1',
  epoch: 1,
  path: '/app.log',
  offset: 0,
  lengths: [4, 900],
  lines: ['one', 'two'],
  cut: [1],
};

describe('a batch of lines', () => {
  test('is decoded with its sender and its cut lines', () => {
    expect(decode(frame(BATCH))).toEqual({
      kind: 'lines',
      agent: 'a1',
      name: 'web-1',
      at: 5,
      source: 's1',
      epoch: 1,
      path: '/app.log',
      offset: 0,
      lengths: [4, 900],
      lines: ['one', 'two'],
      cut: [1],
      isPartial: false,
    });
  });

  test('without a name shows the identity of its agent', () => {
    expect(decode(frame({ ...BATCH, name: undefined, at: 'soon' }))).toMatchObject({ name: 'a1', at: undefined });
  });

  test.each([1e300, -1e300, '2026', null])('with %s for a time has none', (at) => {
    expect(decode(frame({ ...BATCH, at }))).toMatchObject({ kind: 'lines', at: undefined });
  });

  test('in an unknown encoding has lengths and no lines', () => {
    expect(decode(frame({ ...BATCH, encoding: 'zz9', body: 'AA', lines: undefined }))).toMatchObject({
      lengths: [4, 900],
      lines: [],
    });
  });
});

describe('plain messages', () => {
  test('a text is a line, without its line end', () => {
    expect(decode(frame('a line\n', 'text', 'alice'))).toEqual({ kind: 'plain', from: 'alice', lines: ['a line'] });
  });

  test.each([
    ['one\r\ntwo\n', ['one', 'two']],
    ['', ['']],
    ['\n', ['']],
    ['a\n\nb', ['a', '', 'b']],
  ])('the text %j has the lines %j', (text, lines) => {
    expect(decode(frame(text, 'text'))).toMatchObject({ lines });
  });

  test('other JSON is a line with its own text, big integers unchanged', () => {
    const read = readFrame('{"type":"message","from":"group","dataType":"json","data":{"id":12345678901234567890}}');
    expect(read.type === 'message' && decode(read)).toEqual({
      kind: 'plain',
      from: '',
      lines: ['{"id":12345678901234567890}'],
    });
  });

  test('a batch of another version is shown, not believed', () => {
    expect(decode(frame({ ...BATCH, tailcast: 2 }))).toMatchObject({ kind: 'plain' });
  });

  test('bytes are counted, not shown', () => {
    expect(decode(frame('AQID', 'binary'))).toMatchObject({ lines: ['[binary message, 3 bytes]'] });
    expect(decode(frame('AQI=', 'protobuf'))).toMatchObject({ lines: ['[protobuf message, 2 bytes]'] });
  });
});

test('kinds of later versions are ignored', () => {
  expect(decode(frame({ tailcast: 1, kind: 'history', agent: 'a1' }))).toEqual({ kind: 'ignored' });
});

describe('a status', () => {
  const SOURCE = { source: 's1', epoch: 1, path: '/app.log', state: 'tailing', start: 0, end: 9, lag: 0 };
  const STATUS = {
    tailcast: 1,
    kind: 'status',
    agent: 'a1',
    name: 'web-1',
    at: 5,
    started: 1,
    interval: 30,
    sources: [SOURCE],
  };

  test('tells gaps and drops alike, and leaves out ranges without a shape', () => {
    const source = {
      ...SOURCE,
      gaps: [{ from: 1, to: 2, reason: 'removed' }, 7],
      drops: [{ from: 3, to: 4, reason: 'rate' }, { from: 'x' }],
    };
    expect(decode(frame({ ...STATUS, sources: [source] }))).toMatchObject({
      sources: [
        {
          missing: [
            { from: 1, to: 2, reason: 'removed' },
            { from: 3, to: 4, reason: 'rate' },
          ],
        },
      ],
    });
  });

  test.each([
    { sources: 1 },
    { sources: [7] },
    { sources: [{ ...SOURCE, lag: -1 }] },
    { started: '1' },
    { interval: null },
  ])('with %j is not one', (wrong) => {
    expect(decode(frame({ ...STATUS, ...wrong }))).toMatchObject({ kind: 'plain' });
  });
});
