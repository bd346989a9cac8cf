import { describe, expect, test } from 'vitest';
import { hitNumber, nextHit } from '../../src/find/hits';
import { NOTHING } from '../../src/find/pattern';
import { EVERYTHING, type Query } from '../../src/find/query';
import { Scanner } from '../../src/find/scanner';
import { Courier } from '../../src/find/courier';
import { Sieve } from '../../src/find/sieve';
import { Backlog } from '../../src/store/backlog';

const FIND: Query = { ...EVERYTHING, find: { ...NOTHING, text: 'hit' } };

/** A backlog under a sieve, read by a scanner as the page and its worker do it. */
class Page {
  readonly backlog = new Backlog(4_096);
  readonly sieve = new Sieve(this.backlog, (life) => `source ${String(life)}`);
  private readonly scanner = new Scanner();
  private readonly courier = new Courier(this.backlog);

  line(text: string, life = 0): number {
    return this.backlog.append(life, this.backlog.total, text, 0);
  }

  ask(query: Query): void {
    this.scanner.ask(query, 0);
    this.sieve.begin(query);
    this.read();
  }

  read(): void {
    const { added, dropped } = this.courier.changes(Infinity);
    for (const { firstKey, count } of dropped) this.scanner.drop(firstKey, count);
    for (const { firstKey, texts, heads } of added) this.scanner.add(firstKey, texts, heads);
    while (!this.scanner.isDone) this.sieve.take(this.scanner.step(() => false));
  }

  shown(): string[] {
    return this.backlog.chunks.flatMap((chunk) =>
      chunk.texts.flatMap((text, index) => (this.sieve.isShown(chunk, index) ? [chunk.note(index)?.kind ?? text] : [])),
    );
  }

  next(from: number, isBack: boolean, isFresh = false): number | undefined {
    const end = { chunk: this.backlog.chunks.length, index: 0 };
    const place = this.backlog.find(from) ?? { chunk: 0, index: 0 };
    return nextHit(this.backlog, this.sieve, { from: place, end }, isBack, isFresh);
  }
}

describe('the sieve', () => {
  test('shows everything until something is asked, and dividers always', () => {
    const page = new Page();
    page.line('a');
    page.backlog.divide({ kind: 'restart', name: 'web-1' }, 0);
    page.line('hit');
    expect(page.shown()).toEqual(['a', 'restart', 'hit']);
    page.ask(FIND);
    expect(page.shown()).toEqual(['restart', 'hit']);
    page.ask({ ...FIND, isOnly: false });
    expect(page.shown()).toEqual(['a', 'restart', 'hit']);
  });

  test('shows lines that come while it filters, once they were read', () => {
    const page = new Page();
    page.ask(FIND);
    page.line('no');
    page.line('a hit');
    expect(page.shown()).toEqual([]);
    page.read();
    expect(page.shown()).toEqual(['a hit']);
  });

  test('shows chosen sources only, with their gaps', () => {
    const page = new Page();
    page.line('one', 0);
    page.line('two', 1);
    page.backlog.append(1, 9, '', 0, { kind: 'gap', label: 'x', bytes: 1, reason: '' });
    page.ask({ ...EVERYTHING, sources: ['source 0'] });
    expect(page.shown()).toEqual(['one']);
    page.sieve.amend({ ...EVERYTHING, sources: ['source 1'] });
    expect(page.shown()).toEqual(['two', 'gap']);
  });

  test('folds a stack trace under its first line, and a hit within it shows that', () => {
    const page = new Page();
    const head = page.line('ERROR failed');
    page.backlog.goOn(page.line('  at hit'), head);
    page.line('other');
    expect(page.shown()).toEqual(['ERROR failed', 'other']);
    page.ask(FIND);
    expect(page.shown()).toEqual(['ERROR failed']);
    expect(page.next(head, false)).toBe(head + 1);
    page.sieve.openTrace(head, true);
    expect(page.shown()).toEqual(['ERROR failed', '  at hit']);
  });

  test('the lines of a trace whose first one was dropped stand for themselves', () => {
    const page = new Page();
    for (let index = 0; index < 511; index += 1) page.line('x');
    const head = page.line('ERROR failed');
    page.backlog.goOn(page.line('  at a'), head);
    while (page.backlog.find(head) !== undefined) page.line('x');
    expect(page.backlog.trace(head)).toBeUndefined();
    expect(page.shown()[0]).toBe('  at a');
  });

  test('V10: is lifted for a look at the context, and put back', () => {
    const page = new Page();
    page.line('before');
    page.line('hit');
    page.ask(FIND);
    page.sieve.lift(true);
    expect(page.shown()).toEqual(['before', 'hit']);
    expect(page.sieve.isFiltering).toBe(false);
    page.sieve.lift(false);
    expect(page.shown()).toEqual(['hit']);
  });

  test('changes a chunk\u2019s version with everything that may change what is shown of it', () => {
    const page = new Page();
    const head = page.line('ERROR');
    page.backlog.goOn(page.line('  at hit'), head);
    const chunk = page.backlog.chunks[0];
    const versions = new Set<number>();
    const note = (): void => {
      if (chunk !== undefined) versions.add(page.sieve.version(chunk));
    };
    note();
    for (const act of [
      () => {
        page.ask(FIND);
      },
      () => {
        page.sieve.openTrace(head, true);
      },
      () => {
        page.sieve.lift(true);
      },
      () => {
        page.sieve.lift(false);
      },
      () => {
        page.backlog.withdraw(head + 1);
      },
    ]) {
      act();
      note();
    }
    expect(versions.size).toBe(6);
  });

  test('counts what is shown, with the folded lines of a trace, from a line on', () => {
    const page = new Page();
    const head = page.line('hit');
    page.backlog.goOn(page.line('  at x'), head);
    page.line('no');
    const since = page.backlog.lastKey;
    page.line('hit');
    page.ask(FIND);
    expect([page.sieve.count(undefined), page.sieve.count(page.backlog.find(since))]).toEqual([3, 1]);
  });
});

describe('hits', () => {
  test('are gone to forwards and back, around both ends', () => {
    const page = new Page();
    const [first, , second] = [page.line('hit 1'), page.line('no'), page.line('hit 2')];
    page.ask(FIND);
    expect(page.next(first, false, true)).toBe(first);
    expect(page.next(first, false)).toBe(second);
    expect(page.next(second, false)).toBe(first);
    expect(page.next(first, true)).toBe(second);
    const end = { chunk: page.backlog.chunks.length, index: 0 };
    expect(hitNumber(page.backlog, page.sieve, end, second)).toEqual([2, 2]);
    expect(hitNumber(page.backlog, page.sieve, end, undefined)).toEqual([0, 2]);
  });

  test('are not in a line that was taken back', () => {
    const page = new Page();
    const key = page.backlog.append(0, 0, 'hit', 0, { kind: 'partial' });
    page.ask(FIND);
    expect(page.next(0, false, true)).toBe(key);
    page.backlog.withdraw(key);
    expect(page.next(0, false, true)).toBeUndefined();
  });

  test('are not there where nothing is found', () => {
    const page = new Page();
    page.line('no');
    page.ask(FIND);
    expect(page.next(0, false)).toBeUndefined();
  });
});

describe('the courier', () => {
  test('sends each entry once, those of a chunk that changed again, and tells what was dropped', () => {
    const backlog = new Backlog(4_096);
    const courier = new Courier(backlog);
    const key = backlog.append(0, 0, 'a', 0);
    backlog.append(0, 10, 'b', 0);
    expect(courier.changes(100).added.map(({ texts }) => texts)).toEqual([['a', 'b']]);
    expect(courier.changes(100).added).toEqual([]);
    backlog.withdraw(key);
    expect(courier.changes(100).added.map(({ texts }) => texts)).toEqual([['a', 'b']]);
    backlog.insert({ chunk: 0, index: 1 }, 0, [{ offset: 5, text: 'late', time: 0 }]);
    const sent = courier
      .changes(100)
      .added.flatMap(({ firstKey, texts }) => texts.map((text, at) => [firstKey + at, text]));
    expect(sent).toContainEqual([key + 1, 'b']);
    expect(sent.some(([, text]) => text === 'late')).toBe(true);
    for (let index = 0; index < 6_000; index += 1) backlog.append(0, 20 + index, 'x', 0);
    expect(courier.changes(100).dropped.some(({ firstKey }) => firstKey === key)).toBe(true);
  });

  test('sends no more at once than it may', () => {
    const backlog = new Backlog(50_000);
    for (let index = 0; index < 5_000; index += 1) backlog.append(0, index, 'x', 0);
    const courier = new Courier(backlog);
    const count = (): number => courier.changes(1_024).added.reduce((sum, { texts }) => sum + texts.length, 0);
    expect([count(), count(), count(), count(), count(), count()]).toEqual([1_024, 1_024, 1_024, 1_024, 904, 0]);
  });
});
