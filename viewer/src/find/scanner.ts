/**
 * Reads lines under a query: holds the text of the backlog by key, and gives a verdict on each line, the nearest to the
 * reader first, in steps that the caller ends. A stack trace counts as one line: a condition holds if it holds of any
 * of its lines. Pure; worker.ts runs it off the main thread.
 */

import { fieldsOf, valuesAt, valueText } from '../line/fields';
import { LEVELS, levelOf, type Level } from '../line/level';
import { plain } from '../line/plain';
import { visible } from '../line/visible';
import { expression, matcher, ranges, type Pattern } from './pattern';
import { EVERYTHING, hasFind, needsReading, type Query, type Term } from './query';
import { HIT, PAGE, pageOf, PASSES, READ, type PageVerdicts } from './verdict';

/** Hits that are marked in one line at most. */
const MAX_RANGES = 200;
/** Pages of the view's neighbourhood are read in one go, so that what is in view changes at once. */
const VIEW_PAGES = 3;

/** The bit of the find pattern; those of the terms follow. */
const FIND = 1;

interface Page {
  /** As they came; as they are seen once they were read. */
  readonly texts: (string | undefined)[];
  readonly isSeen: Uint8Array;
  /** The bit of the line's level, or of its trace's; 0 until a query asks for levels. */
  readonly levels: Uint8Array;
  /** The key of a trace's first line, for the lines that go on with it; else -1. */
  readonly heads: Float64Array;
  /** Conditions that hold of the line, or of any line of the trace that begins with it. */
  readonly matched: Uint32Array;
  /** READ and HIT of the line alone. */
  readonly own: Uint8Array;
}

/** The query, compiled. */
interface Conditions {
  readonly tests: readonly ((text: string) => boolean)[];
  readonly required: number;
  readonly refused: number;
  /** Bits of the levels that are shown; undefined if all are, for reading a level is dear. */
  readonly levels: number | undefined;
  readonly hasFind: boolean;
}

export class Scanner {
  private readonly pages = new Map<number, Page>();
  private conditions = compile(EVERYTHING);
  private isReading = false;
  /** Pages with lines to read, the next one last. */
  private queue: number[] = [];
  private readonly changed = new Set<number>();

  /** Takes consecutive lines; `heads` are the keys of the traces that they go on with, else -1. */
  add(firstKey: number, texts: readonly string[], heads: readonly number[]): void {
    for (const [index, text] of texts.entries()) {
      const key = firstKey + index;
      const at = key % PAGE;
      const page = this.page(pageOf(key));
      page.texts[at] = text;
      page.heads[at] = heads[index] ?? -1;
      page.own[at] = page.matched[at] = page.isSeen[at] = page.levels[at] = 0;
    }
    const last = pageOf(firstKey + texts.length - 1);
    for (let page = pageOf(firstKey); this.isReading && page <= last; page += 1) this.queue.push(page);
  }

  /** Forgets the lines with `count` keys from `firstKey` on. */
  drop(firstKey: number, count: number): void {
    for (let key = firstKey; key < firstKey + count; key += 1) {
      const page = this.pages.get(pageOf(key));
      if (page !== undefined) page.texts[key % PAGE] = undefined;
      if (page !== undefined && (key % PAGE === PAGE - 1 || key === firstKey + count - 1)) this.tidy(pageOf(key), page);
    }
  }

  /** Begins to read all lines anew under `query`, which has no problem; those near the key `near` first. */
  ask(query: Query, near: number): void {
    this.conditions = compile(query);
    this.isReading = needsReading(query);
    this.changed.clear();
    this.queue = [];
    if (!this.isReading) return;
    for (const { matched, own } of this.pages.values()) {
      matched.fill(0);
      own.fill(0);
    }
    const distance = (page: number): number => Math.abs(page - pageOf(near));
    this.queue = [...this.pages.keys()].sort((one, other) => distance(other) - distance(one));
  }

  get isDone(): boolean {
    return this.queue.length === 0;
  }

  /** Reads pages until `isOver`; returns the verdicts of those that were read or changed. */
  step(isOver: () => boolean): PageVerdicts[] {
    for (let read = 0; this.queue.length > 0 && (read < VIEW_PAGES || !isOver()); read += 1) {
      const number = this.queue.pop() ?? 0;
      const page = this.pages.get(number);
      if (page === undefined) continue;
      this.read(page, number);
      this.changed.add(number);
    }
    const verdicts = [...this.changed].flatMap((number) => {
      const page = this.pages.get(number);
      return page === undefined ? [] : [{ page: number, bits: this.verdicts(page) }];
    });
    this.changed.clear();
    return verdicts;
  }

  /**
   * Where `pattern` is found in each of the lines `keys`: pairs of begin and end in the text as it is seen. Lines that
   * did not come yet are left out.
   */
  locate(pattern: Pattern, keys: readonly number[]): (readonly [key: number, pairs: readonly number[]])[] {
    const found = expression(pattern);
    return keys.flatMap((key) => {
      const page = this.pages.get(pageOf(key));
      const text = page === undefined ? undefined : seen(page, key % PAGE);
      return text === undefined ? [] : [[key, ranges(found, text, MAX_RANGES)] as const];
    });
  }

  private read(page: Page, number: number): void {
    const { tests, levels } = this.conditions;
    for (let at = 0; at < page.texts.length; at += 1) {
      const text = page.own[at] === 0 ? seen(page, at) : undefined;
      if (text === undefined) continue;
      let matched = 0;
      for (const [bit, test] of tests.entries()) if (test(text)) matched |= 1 << bit;
      page.own[at] = READ | (this.conditions.hasFind && (matched & FIND) !== 0 ? HIT : 0);
      page.matched[at] = (page.matched[at] ?? 0) | matched;
      if (levels !== undefined) levelAt(page, at);
      this.tellHead(page, at, number);
    }
  }

  /** What holds of a line of a trace holds of the trace, and the trace's level is its first line's. */
  private tellHead(page: Page, at: number, number: number): void {
    const key = page.heads[at] ?? -1;
    const head = key < 0 ? undefined : this.pages.get(pageOf(key));
    if (head?.texts[key % PAGE] === undefined) return;
    if (this.conditions.levels !== undefined) page.levels[at] = levelAt(head, key % PAGE);
    const before = head.matched[key % PAGE] ?? 0;
    head.matched[key % PAGE] = before | (page.matched[at] ?? 0);
    if (head.matched[key % PAGE] !== before && pageOf(key) !== number) this.changed.add(pageOf(key));
  }

  private verdicts({ texts, levels, matched, own }: Page): Uint8Array {
    const { required, refused, levels: shown } = this.conditions;
    const bits = new Uint8Array(PAGE);
    for (let at = 0; at < texts.length; at += 1) {
      if (own[at] === 0) continue;
      const held = matched[at] ?? 0;
      const isOfLevel = shown === undefined || (shown & (levels[at] ?? 0)) !== 0;
      const passes = (held & required) === required && (held & refused) === 0 && isOfLevel;
      bits[at] = (own[at] ?? 0) | (passes ? PASSES : 0);
    }
    return bits;
  }

  private page(number: number): Page {
    let page = this.pages.get(number);
    if (page === undefined) {
      page = {
        texts: [],
        isSeen: new Uint8Array(PAGE),
        levels: new Uint8Array(PAGE),
        heads: new Float64Array(PAGE).fill(-1),
        matched: new Uint32Array(PAGE),
        own: new Uint8Array(PAGE),
      };
      this.pages.set(number, page);
    }
    return page;
  }

  private tidy(number: number, page: Page): void {
    if (page.texts.every((text) => text === undefined)) this.pages.delete(number);
  }
}

/**
 * The text of a line as it is seen, which is what is found, and where it is marked. A line is taken apart when it is read
 * first: most never are.
 */
function seen(page: Page, at: number): string | undefined {
  const text = page.texts[at];
  if (text === undefined || page.isSeen[at] !== 0) return text;
  const found = visible(plain(text));
  page.texts[at] = found;
  page.isSeen[at] = 1;
  return found;
}

/** The bit of a line's level, which is read when it is asked for first. */
function levelAt(page: Page, at: number): number {
  let level = page.levels[at] ?? 0;
  if (level === 0) page.levels[at] = level = bitOf(levelOf(seen(page, at) ?? ''));
  return level;
}

function bitOf(level: Level): number {
  return 1 << LEVELS.indexOf(level);
}

function compile(query: Query): Conditions {
  const tests = [hasFind(query) ? matcher(query.find) : () => false, ...query.terms.map(test)];
  const bits = (isExcluded: boolean): number =>
    query.terms.reduce((mask, term, index) => (term.isExcluded === isExcluded ? mask | (2 << index) : mask), 0);
  return {
    tests,
    required: bits(false) | (query.isOnly && hasFind(query) ? FIND : 0),
    refused: bits(true),
    levels:
      query.levels.length === LEVELS.length ? undefined : query.levels.reduce((mask, level) => mask | bitOf(level), 0),
    hasFind: hasFind(query),
  };
}

function test(term: Term): (text: string) => boolean {
  if (term.kind === 'pattern') return matcher(term.pattern);
  const { path, value } = term;
  const key = path.split('.').at(-1) ?? path;
  return (text) => {
    // Taking a line apart is dear; most lines do not even have the name.
    if (!text.includes(key)) return false;
    const fields = fieldsOf(text);
    return fields !== undefined && valuesAt(fields, path).some((found) => valueText(found) === value);
  };
}
