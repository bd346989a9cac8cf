/**
 * Marks what was found in the lines in view, through the browser's custom highlights: the lines' elements stay as they
 * are. Where it is found is asked of others, because running an expression here could stop the page.
 */

import type { Located } from '../find/messages';
import type { Pattern } from '../find/pattern';

/** A row's key and the element that holds its text. */
export interface MarkedRow {
  readonly key: number;
  readonly element: HTMLElement | undefined;
}

type Ranges = readonly number[];

export class Marks {
  private patterns = new Map<string, Pattern>();
  /** Grows with every other set of patterns: answers to what was asked before are of no use. */
  private generation = 0;
  private readonly known = new Map<string, Map<number, Ranges>>();
  private readonly asked = new Map<string, Set<number>>();

  /** `locate` asks where a pattern is in the lines with these keys; the answer goes to `located`. */
  constructor(private readonly locate: (name: string, pattern: Pattern, keys: readonly number[]) => void) {}

  get isUsed(): boolean {
    return this.patterns.size > 0;
  }

  /** The patterns to mark, by the name of their highlight in the style sheet. */
  use(patterns: ReadonlyMap<string, Pattern>): void {
    if (JSON.stringify([...patterns]) === JSON.stringify([...this.patterns])) return;
    this.generation += 1;
    this.asked.clear();
    for (const [name, pattern] of this.patterns) {
      const next = patterns.get(name);
      if (next !== undefined && JSON.stringify(next) === JSON.stringify(pattern)) continue;
      this.known.delete(name);
      if (next === undefined && 'highlights' in CSS) CSS.highlights.delete(name);
    }
    this.patterns = new Map(patterns);
  }

  /**
   * Takes what was found, under the name that it was asked for, in those of the lines `keys` that the finder had; the
   * others are asked for again.
   */
  located(tag: string, keys: readonly number[], found: Located): void {
    const [name = '', generation] = tag.split('/');
    if (generation !== String(this.generation)) return;
    const known = this.known.get(name) ?? new Map<number, Ranges>();
    for (const key of keys) this.asked.get(name)?.delete(key);
    for (const [key, pairs] of found) known.set(key, pairs);
    this.known.set(name, known);
  }

  /** Brings the marks in line with the rows in view. */
  draw(rows: readonly MarkedRow[]): void {
    if (this.patterns.size === 0 || !('highlights' in CSS)) return;
    const keys = new Set(rows.map(({ key }) => key));
    for (const [name, pattern] of this.patterns) {
      const known = this.known.get(name) ?? new Map<number, Ranges>();
      const asked = this.asked.get(name) ?? new Set<number>();
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
      for (const key of asked) if (!keys.has(key)) asked.delete(key);
      const missing = [...keys].filter((key) => !known.has(key) && !asked.has(key));
      for (const key of missing) asked.add(key);
      this.asked.set(name, asked);
      if (missing.length > 0) this.locate(`${name}/${String(this.generation)}`, pattern, missing);
      const found = rows.flatMap(({ key, element }) => domRanges(element, known.get(key) ?? []));
      CSS.highlights.set(name, new Highlight(...found));
    }
  }
}

/** Ranges of the page for pairs of begin and end in the text of `element`, in order. */
function domRanges(element: HTMLElement | undefined, pairs: Ranges): Range[] {
  if (element === undefined || pairs.length === 0) return [];
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found: Range[] = [];
  let node = nodes.nextNode();
  let start = 0;
  const seek = (at: number): readonly [Node, number] | undefined => {
    while (node !== null && at > start + (node.nodeValue?.length ?? 0)) {
      start += node.nodeValue?.length ?? 0;
      node = nodes.nextNode();
    }
    return node === null ? undefined : [node, at - start];
  };
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const from = seek(pairs[index] ?? 0);
    const to = seek(pairs[index + 1] ?? 0);
    if (from === undefined || to === undefined) break;
    const range = new Range();
    range.setStart(...from);
    range.setEnd(...to);
    found.push(range);
  }
  return found;
}
