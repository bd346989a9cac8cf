import { describe, expect, test } from 'vitest';
import { NOTHING } from '../../src/find/pattern';
import { EVERYTHING, type Query, type Term } from '../../src/find/query';
import { Scanner } from '../../src/find/scanner';
import { HIT, PAGE, PASSES } from '../../src/find/verdict';

const never = (): boolean => false;

function find(text: string, more: Partial<Query['find']> = {}): Query {
  return { ...EVERYTHING, find: { ...NOTHING, text, ...more } };
}

function term(text: string, isExcluded = false): Term {
  return { kind: 'pattern', isExcluded, pattern: { ...NOTHING, text } };
}

/** The verdicts by key, of all lines. */
function verdicts(scanner: Scanner): Map<number, number> {
  const found = new Map<number, number>();
  for (const { page, bits } of scanner.step(never))
    for (const [at, bit] of bits.entries()) found.set(page * PAGE + at, bit);
  return found;
}

/** The indexes of the texts that pass. */
function passing(texts: readonly string[], query: Query, heads: readonly number[] = []): number[] {
  const scanner = new Scanner();
  scanner.add(0, texts, heads);
  scanner.ask(query, 0);
  const found = verdicts(scanner);
  return texts.flatMap((_, key) => (((found.get(key) ?? 0) & PASSES) !== 0 ? [key] : []));
}

describe('the scanner', () => {
  test('finds a text, in any case or in the same', () => {
    const texts = ['An Error', 'an error', 'none', 'a.b', 'axb'];
    expect(passing(texts, find('error'))).toEqual([0, 1]);
    expect(passing(texts, find('Error', { isCased: true }))).toEqual([0]);
    expect(passing(texts, find('a.b'))).toEqual([3]);
    expect(passing(texts, find('a.b', { isRegex: true }))).toEqual([3, 4]);
  });

  test('finds what is seen: without colours, and of a progress line its last state', () => {
    const texts = ['\u001b[31mer\u001b[0mror', '10 %\r20 %', '[31m'];
    expect(passing(texts, find('error'))).toEqual([0]);
    expect(passing(texts, find('10 %'))).toEqual([]);
    expect(passing(texts, find('[31m'))).toEqual([2]);
  });

  test('combines conditions, exclusions and levels', () => {
    const texts = ['INFO a b', 'ERROR a b', 'ERROR a c', 'ERROR b', 'a b'];
    const query: Query = { ...find('a'), terms: [term('b'), term('c', true)] };
    expect(passing(texts, query)).toEqual([0, 1, 4]);
    expect(passing(texts, { ...query, levels: ['error', 'none'] })).toEqual([1, 4]);
  });

  test('V13: finds a field by its value, nested, huge, or there twice', () => {
    const texts = [
      '{"a":{"b":9007199254740993}}',
      '{"a":{"b":9007199254740992}}',
      '{"x":1,"x":2}',
      'b 9007199254740993',
    ];
    const field = (path: string, value: string): Query => ({
      ...EVERYTHING,
      terms: [{ kind: 'field', isExcluded: false, path, value }],
    });
    expect(passing(texts, field('a.b', '9007199254740993'))).toEqual([0]);
    expect(passing(texts, field('x', '2'))).toEqual([2]);
    expect(passing(['level=warn msg="a b"', 'level=info msg="a b"'], field('level', 'warn'))).toEqual([0]);
  });

  test('tells hits from lines that are only shown', () => {
    const scanner = new Scanner();
    scanner.add(0, ['a', 'b'], []);
    scanner.ask({ ...find('a'), isOnly: false }, 0);
    const found = verdicts(scanner);
    expect([0, 1].map((key) => (found.get(key) ?? 0) & (HIT | PASSES))).toEqual([HIT | PASSES, PASSES]);
  });

  test('a stack trace passes as a whole, by any of its lines, and has the level of its first', () => {
    const texts = ['ERROR failed', '  at a', 'Caused by: deep', 'INFO other'];
    const heads = [-1, 0, 0, -1];
    expect(passing(texts, find('deep'), heads)).toContain(0);
    expect(passing(texts, { ...EVERYTHING, terms: [term('failed'), term('deep')] }, heads)).toEqual([0]);
    expect(passing(texts, { ...EVERYTHING, terms: [term('deep', true)] }, heads)).not.toContain(0);
    expect(passing(texts, { ...EVERYTHING, levels: ['error'] }, heads)).toEqual([0, 1, 2]);
  });

  test('a stack trace has the level of its first line wherever reading begins', () => {
    const scanner = new Scanner();
    scanner.add(0, ['ERROR failed'], []);
    scanner.add(9 * PAGE, ['  at a'], [0]);
    scanner.ask({ ...EVERYTHING, levels: ['error'] }, 9 * PAGE);
    expect((verdicts(scanner).get(9 * PAGE) ?? 0) & PASSES).toBe(PASSES);
  });

  test('reads the levels of lines that were read before without', () => {
    const scanner = new Scanner();
    scanner.add(0, ['ERROR failed', 'INFO failed'], []);
    scanner.ask(find('failed'), 0);
    verdicts(scanner);
    scanner.ask({ ...find('failed'), levels: ['error'] }, 0);
    const found = verdicts(scanner);
    expect([0, 1].map((key) => (found.get(key) ?? 0) & PASSES)).toEqual([PASSES, 0]);
  });

  test('a line of a trace that comes later still counts for the first', () => {
    const scanner = new Scanner();
    scanner.ask(find('deep'), 0);
    scanner.add(PAGE - 1, ['ERROR failed'], []);
    verdicts(scanner);
    scanner.add(PAGE, ['Caused by: deep'], [PAGE - 1]);
    expect((verdicts(scanner).get(PAGE - 1) ?? 0) & PASSES).toBe(PASSES);
  });

  test('reads the lines near the reader first, and stops when told to', () => {
    const scanner = new Scanner();
    scanner.add(0, new Array<string>(20 * PAGE).fill('a'), []);
    scanner.ask(find('a'), 10 * PAGE);
    const first = scanner.step(() => true).map(({ page }) => page);
    expect(first).toContain(10);
    expect(first.every((page) => Math.abs(page - 10) <= 2)).toBe(true);
    expect(scanner.isDone).toBe(false);
    while (!scanner.isDone) scanner.step(() => true);
  });

  test('reads lines that come, and those that have another text now', () => {
    const scanner = new Scanner();
    scanner.ask(find('a'), 0);
    expect(scanner.isDone).toBe(true);
    scanner.add(5, ['a', 'b'], []);
    expect((verdicts(scanner).get(5) ?? 0) & PASSES).toBe(PASSES);
    scanner.add(5, ['b'], []);
    expect((verdicts(scanner).get(5) ?? 0) & PASSES).toBe(0);
  });

  test('forgets what was dropped', () => {
    const scanner = new Scanner();
    scanner.add(0, ['a', 'a'], []);
    scanner.drop(0, 1);
    scanner.ask(find('a'), 0);
    const found = verdicts(scanner);
    expect([found.get(0), (found.get(1) ?? 0) & PASSES]).toEqual([0, PASSES]);
  });

  test('says where a pattern is, in the text as it is seen', () => {
    const scanner = new Scanner();
    scanner.add(0, ['\u001b[31ma\u001b[0m ba', 'x\u202ea', 'none'], []);
    expect(scanner.locate({ ...NOTHING, text: 'A' }, [0, 1, 2])).toEqual([
      [0, [0, 1, 3, 4]],
      [1, [9, 10]],
      [2, []],
    ]);
    expect(scanner.locate({ ...NOTHING, text: 'x*', isRegex: true }, [2, 3])).toEqual([[2, []]]);
  });
});
