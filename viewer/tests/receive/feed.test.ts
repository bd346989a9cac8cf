import { describe, expect, test } from 'vitest';
import { divider } from '../../src/page/words';
import type { Message } from '../../src/receive/envelope';
import { Feed } from '../../src/receive/feed';
import { Backlog } from '../../src/store/backlog';
import { AT, lines, status } from '../support/messages';

/** What a page shows after these messages, a line per entry: texts, and dividers in words. */
function shown(...messages: readonly Message[]): string[] {
  const backlog = new Backlog(4_096);
  const feed = new Feed(backlog);
  for (const message of messages) feed.take(message, AT);
  return entries(backlog);
}

function entries(backlog: Backlog): string[] {
  return backlog.chunks.flatMap((chunk) =>
    chunk.texts.flatMap((text, index) => {
      const note = chunk.note(index);
      if (note?.kind === 'withdrawn') return [];
      if (note?.kind === 'partial') return [`${text}\u2026`];
      return note === undefined || note.kind === 'cut' ? [text] : [`-- ${divider(note)}`];
    }),
  );
}

describe('the lag of a source', () => {
  /** Its lag in bytes after these messages. */
  function lag(...messages: readonly Message[]): number | undefined {
    const feed = new Feed(new Backlog(4_096));
    for (const message of messages) feed.take(message, AT);
    return feed.sources.all[0]?.lag;
  }

  test('goes down with the lines that come after the status that told of it', () => {
    const behind = status([{ end: 4, lag: 8 }]);
    expect(lag(behind)).toBe(8);
    expect(lag(behind, lines(['two'], { offset: 4 }))).toBe(4);
    expect(lag(behind, lines(['two', 'six'], { offset: 4 }))).toBe(0);
    expect(lag(behind, lines(['two', 'six', 'ten'], { offset: 4 }))).toBe(0);
  });

  test('leaves out what came before the status', () => {
    expect(lag(lines(['one', 'two']), status([{ end: 4, lag: 8 }]))).toBe(4);
  });

  test('is not made up by lines of another life', () => {
    const later = status([{ epoch: 2, end: 4, lag: 8 }]);
    expect(lag(later, lines(['two', 'six', 'ten'], { offset: 4 }))).toBe(8);
  });
});

describe('lines', () => {
  test('are shown once, in the order of the file', () => {
    expect(shown(lines(['one', 'two']), lines(['two', 'six'], { offset: 4 }))).toEqual(['one', 'two', 'six']);
  });

  test('V20: of two agents whose clocks differ by five minutes stand as they came, in order for each', () => {
    const early = { agent: 'a2', name: 'web-2', at: AT - 300_000 };
    const messages = [lines(['one']), lines(['uno'], early), lines(['two'], { offset: 4, at: AT + 1 })];
    expect(shown(...messages, lines(['due'], { ...early, offset: 4 }))).toEqual(['one', 'uno', 'two', 'due']);
  });

  test('V19: that an agent sends again after its restart are not repeated, and the restart is told', () => {
    const again = [status([{ end: 4 }], { started: 2 }), lines(['one', 'two'])];
    expect(shown(lines(['one']), status([{ end: 4 }]), ...again)).toEqual(['one', '-- web-1 restarted', 'two']);
  });

  test('that are unfinished stand behind the others until they are whole', () => {
    const begun = [lines(['one']), lines(['tw'], { offset: 4, lengths: [2], isPartial: true })];
    expect(shown(...begun)).toEqual(['one', 'tw\u2026']);
    expect(shown(...begun, lines(['two'], { offset: 4, lengths: [3], isPartial: true }))).toEqual(['one', 'two\u2026']);
    expect(shown(...begun, lines(['two', 'six'], { offset: 4 }))).toEqual(['one', 'two', 'six']);
  });

  test('that are unfinished go away with their file', () => {
    const over = status([{ state: 'ended', end: 4, unknown: [{ from: 4, to: 4, reason: 'truncated' }] }]);
    expect(shown(lines(['one']), lines(['tw'], { offset: 4, lengths: [2], isPartial: true }), over, over)).toEqual([
      'one',
      '-- more of app.log may be missing, nobody knows how much: the file was truncated before they were read',
    ]);
  });

  test('that come late close the gap in its place', () => {
    const early = [lines(['one']), lines(['four'], { offset: 12 })];
    expect(shown(...early)).toEqual(['one', '-- 8 bytes of app.log missing', 'four']);
    expect(shown(...early, lines(['two'], { offset: 4 }))).toEqual([
      'one',
      'two',
      '-- 4 bytes of app.log missing',
      'four',
    ]);
    expect(shown(...early, lines(['two'], { offset: 8 }))).toEqual([
      'one',
      '-- 4 bytes of app.log missing',
      'two',
      'four',
    ]);
    expect(shown(...early, lines(['two', 'six'], { offset: 4 }))).toEqual(['one', 'two', 'six', 'four']);
  });

  test('in the middle of a gap split it', () => {
    expect(shown(lines(['one']), lines(['nine'], { offset: 20 }), lines(['five'], { offset: 10 }))).toEqual([
      'one',
      '-- 6 bytes of app.log missing',
      'five',
      '-- 5 bytes of app.log missing',
      'nine',
    ]);
  });

  test('from before the page came go before what it has', () => {
    expect(shown(lines(['late'], { offset: 100 }), lines(['old'], { offset: 96 }))).toEqual(['old', 'late']);
  });

  test('of other sources between them stay where they are', () => {
    const other = lines(['other'], { source: 's2', path: '/var/log/other.log' });
    expect(shown(lines(['one']), other, lines(['six'], { offset: 8 }), lines(['two'], { offset: 4 }))).toEqual([
      'one',
      'other',
      'two',
      'six',
    ]);
  });

  test('that were cut remember their length', () => {
    const backlog = new Backlog(4_096);
    new Feed(backlog).take(lines(['start of it'], { lengths: [2_000_000], cut: [0] }), AT);
    expect(backlog.chunks[0]?.note(0)).toEqual({ kind: 'cut', bytes: 2_000_000 });
  });

  test('carry the time of their agent, or of the page if it told none', () => {
    const backlog = new Backlog(4_096);
    const feed = new Feed(backlog);
    feed.take(lines(['one']), 7);
    feed.take(lines(['two'], { offset: 4, at: undefined }), 7);
    expect([...(backlog.chunks[0]?.times.slice(0, 2) ?? [])]).toEqual([AT, 7]);
  });
});

describe('dividers', () => {
  test('tell the reason of a gap as soon as it is known', () => {
    const gap = { from: 4, to: 12, reason: 'truncated' };
    expect(shown(lines(['one']), lines(['four'], { offset: 12 }), status([{ end: 17, missing: [gap] }]))).toEqual([
      'one',
      '-- 8 bytes of app.log missing: the file was truncated before they were read',
      'four',
    ]);
  });

  test('name a lost tail, and go when it comes after all', () => {
    const tail = [lines(['one']), status([{ end: 8 }])];
    expect(shown(...tail)).toEqual(['one', '-- 4 bytes of app.log missing']);
    expect(shown(...tail, lines(['two'], { offset: 4 }))).toEqual(['one', 'two']);
  });

  test('tell of a restart and of a new file', () => {
    expect(shown(lines(['one']), status([]), status([], { started: 2 }), lines(['new'], { epoch: 2 }))).toEqual([
      'one',
      '-- web-1 restarted',
      '-- new file (app.log)',
      'new',
    ]);
  });

  test('a gap that was only supposed goes when the status tells where the epoch began', () => {
    const jump = [lines(['old']), lines(['new'], { epoch: 2, offset: 50 })];
    expect(shown(...jump)).toEqual(['old', '-- new file (app.log)', '-- 50 bytes of app.log missing', 'new']);
    expect(shown(...jump, status([{ epoch: 2, start: 50, end: 54 }]))).toEqual(['old', '-- new file (app.log)', 'new']);
  });

  test('tell of a reconnection, but not of the first connection', () => {
    const backlog = new Backlog(4_096);
    const feed = new Feed(backlog);
    feed.joined(undefined, AT);
    feed.joined(12_300, AT);
    expect(entries(backlog)).toEqual(['-- reconnected after 12 s']);
  });
});

test('plain messages are lines of their sender', () => {
  const backlog = new Backlog(4_096);
  const feed = new Feed(backlog);
  feed.take({ kind: 'plain', from: 'alice', lines: ['a', 'b'] }, AT);
  feed.take({ kind: 'plain', from: '', lines: ['c'] }, AT);
  expect(entries(backlog)).toEqual(['a', 'b', 'c']);
  expect([0, 1].map((life) => feed.sourceOf(life)?.label)).toEqual(['alice', 'message']);
  expect(feed.sources.all.map((source) => source.lines)).toEqual([2, 1]);
});

test('whatever the order of the batches, the lines end up in the order of the file', () => {
  const batches = Array.from({ length: 7 }, (_, index) =>
    lines([`l${String(index)}`, `m${String(index)}`], { offset: index * 6 }),
  );
  const expected = batches.flatMap((batch) => batch.lines);
  for (let shift = 0; shift < 7; shift += 1) {
    const order = batches.map((_, index) => batches[(index * 3 + shift) % 7] ?? lines([]));
    expect(shown(...order, ...order)).toEqual(expected);
  }
});
