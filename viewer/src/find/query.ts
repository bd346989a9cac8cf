/** Which lines are looked for and which are shown. A value without behaviour that can be sent to a worker. */

import { LEVELS, type Level } from '../line/level';
import { NOTHING, problem, type Pattern } from './pattern';

/** A condition that stays: a pattern, or a field's value. */
export type Term = { readonly isExcluded: boolean } & (
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  | { readonly kind: 'field'; readonly path: string; readonly value: string }
);

export interface Query {
  /** Marked in the lines, and gone to with next and previous. */
  readonly find: Pattern;
  /** Whether only lines with a hit of `find` are shown. */
  readonly isOnly: boolean;
  /** All of them hold of every line that is shown. */
  readonly terms: readonly Term[];
  /** The levels that are shown. */
  readonly levels: readonly Level[];
  /** Identities of the sources that are shown; empty means all. */
  readonly sources: readonly string[];
  /** Identities of the sources that are hidden. An agent's identity and a NUL stand for all its files, in both lists. */
  readonly muted: readonly string[];
}

export const EVERYTHING: Query = { find: NOTHING, isOnly: true, terms: [], levels: LEVELS, sources: [], muted: [] };

/** More would not fit the bits in which a line's matches are kept. */
export const MAX_TERMS = 24;

/** Whether every line is shown, leaving sources aside. */
export function showsAll(query: Query): boolean {
  return query.terms.length === 0 && query.levels.length === LEVELS.length && !(query.isOnly && hasFind(query));
}

export function hasFind({ find }: Query): boolean {
  return find.text !== '';
}

/** Whether the lines have to be read to answer it. */
export function needsReading(query: Query): boolean {
  return !showsAll(query) || hasFind(query);
}

/** Whether verdicts under one hold under the other: sources are told apart without reading. */
export function isReadAlike(one: Query, other: Query): boolean {
  const read = ({ find, isOnly, terms, levels }: Query): string => JSON.stringify([find, isOnly, terms, levels]);
  return read(one) === read(other);
}

/** What is wrong with it in a few words, or undefined. */
export function queryProblem(query: Query): string | undefined {
  if (query.terms.length > MAX_TERMS) return `more than ${String(MAX_TERMS)} conditions`;
  const patterns = query.terms.flatMap((term) => (term.kind === 'pattern' ? [term.pattern] : []));
  return [query.find, ...patterns].map(problem).find((found) => found !== undefined);
}

/** `query` with one condition more; one that says the contrary is replaced. */
export function withTerm(query: Query, term: Term): Query {
  const key = termKey(term);
  return { ...query, terms: [...query.terms.filter((other) => termKey(other) !== key), term] };
}

export function withoutTerm(query: Query, term: Term): Query {
  return { ...query, terms: query.terms.filter((other) => other !== term) };
}

/** `query` with a level shown or hidden. */
export function withLevel(query: Query, level: Level): Query {
  const levels = LEVELS.filter((other) => query.levels.includes(other) !== (other === level));
  return { ...query, levels };
}

/** `query` with this level alone, or with all if it is alone already. */
export function withLevelAlone(query: Query, level: Level): Query {
  const isAlone = query.levels.length === 1 && query.levels[0] === level;
  return { ...query, levels: isAlone ? LEVELS : [level] };
}

/** `query` with a source among those that are shown, or no more; one that is shown is not hidden. */
export function withSource(query: Query, source: string): Query {
  const sources = toggled(query.sources, source);
  return { ...query, sources, muted: query.muted.filter((other) => other !== source) };
}

/** `query` with this source alone, or with all if it is alone already. */
export function withSolo(query: Query, source: string): Query {
  const isAlone = query.sources.length === 1 && query.sources[0] === source;
  return { ...query, sources: isAlone ? [] : [source], muted: query.muted.filter((other) => other !== source) };
}

/** `query` with a source hidden, or no more. */
export function withMuted(query: Query, source: string): Query {
  return { ...query, muted: toggled(query.muted, source) };
}

/** Whether lines of the source are shown, by what the query says of sources alone. */
export function showsSource({ sources, muted }: Query, identity: string): boolean {
  const agent = identity.slice(0, identity.indexOf('\0') + 1);
  const isIn = (list: readonly string[]): boolean =>
    list.includes(identity) || (agent.length > 1 && list.includes(agent));
  return (sources.length === 0 || isIn(sources)) && !isIn(muted);
}

function toggled(list: readonly string[], source: string): string[] {
  const rest = list.filter((other) => other !== source);
  return rest.length < list.length ? rest : [...rest, source];
}

function termKey(term: Term): string {
  return JSON.stringify(term.kind === 'pattern' ? term.pattern : [term.path, term.value]);
}
