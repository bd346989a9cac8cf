import { describe, expect, test } from 'vitest';
import { EVERYTHING, withMuted } from '../../src/find/query';
import { Sieve } from '../../src/find/sieve';
import { Backlog } from '../../src/store/backlog';
import { Picked } from '../../src/take/picked';
import { taken } from '../../src/take/taking';

const ALL = { from: { chunk: 0, index: 0 }, end: { chunk: 1_000, index: 0 } };

class Page {
  readonly backlog = new Backlog(4_096);
  readonly sieve = new Sieve(this.backlog, (life) => `agent\0${String(life)}`);
  readonly picked = new Picked(this.backlog);

  line(text: string, life = 0): number {
    return this.backlog.append(life, this.backlog.total, text, 0);
  }

  fill(count: number): void {
    for (let index = 0; index < count; index += 1) this.line(`line ${String(this.backlog.total)}`);
  }

  texts(span = this.picked.span): string[] {
    return span === undefined
      ? []
      : [...taken(this.backlog, this.sieve, span)].map(({ chunk, index }) => chunk.texts[index] ?? '');
  }
}

describe('picked lines (V14)', () => {
  test('are taken in order, whichever end was picked first', () => {
    const page = new Page();
    page.fill(2_000);
    page.picked.begin(1_500);
    page.picked.extend(3);
    expect(page.texts()).toEqual(Array.from({ length: 1_498 }, (_, index) => `line ${String(index + 3)}`));
  });

  test('are those on the page between both ends, also where lines came in between later', () => {
    const page = new Page();
    page.fill(10);
    page.picked.begin(2);
    page.picked.extend(4);
    page.backlog.insert({ chunk: 0, index: 3 }, 1, [{ offset: 0, text: 'late', time: 0 }]);
    expect(page.texts()).toEqual(['line 2', 'late', 'line 3', 'line 4']);
  });

  test('are none until there are two ends, and go on from the oldest line where an end was dropped', () => {
    const page = new Page();
    page.fill(1);
    page.picked.begin(0);
    expect(page.picked.span).toBeUndefined();
    page.fill(4_500);
    page.picked.extend(page.backlog.lastKey);
    expect(page.backlog.find(0)).toBeUndefined();
    expect(page.texts()).toHaveLength(page.backlog.lines);
    page.picked.clear();
    expect(page.picked.span).toBeUndefined();
  });
});

describe('the lines that are taken (V25)', () => {
  test('are the lines, and no dividers', () => {
    const page = new Page();
    page.line('one');
    page.backlog.divide({ kind: 'restart', name: 'web-1' }, 0);
    page.line('two');
    expect(page.texts(ALL)).toEqual(['one', 'two']);
  });

  test('leave out what the filter hides', () => {
    const page = new Page();
    page.line('one');
    page.line('other', 1);
    page.line('two');
    page.sieve.begin(withMuted(EVERYTHING, 'agent\x001'));
    expect(page.texts(ALL)).toEqual(['one', 'two']);
    page.sieve.begin(withMuted(EVERYTHING, 'agent\0'));
    expect(page.texts(ALL)).toEqual([]);
  });

  test('go with their folded stack trace, also behind the last row; lines of others between do not', () => {
    const page = new Page();
    page.line('before');
    const head = page.line('Error');
    page.backlog.goOn(page.line('  at one'), head);
    page.line('other', 1);
    page.backlog.goOn(page.line('  at two'), head);
    page.line('after');
    page.picked.begin(0);
    page.picked.extend(head);
    expect(page.texts()).toEqual(['before', 'Error', '  at one', '  at two']);
    page.sieve.openTrace(head, true);
    expect(page.texts()).toEqual(['before', 'Error']);
    page.sieve.openTrace(head, false);
    page.picked.begin(3);
    page.picked.extend(5);
    expect(page.texts()).toEqual(['other', 'after']);
  });
});
