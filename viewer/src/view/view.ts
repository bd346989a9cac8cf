/**
 * How the reader looks at the lines: one value that holds the query, the marks, the columns, the time and the wrapping,
 * and that can be written into an address and read from one. It applies nothing.
 */

import { NOTHING, type Pattern } from '../find/pattern';
import { EVERYTHING, MAX_TERMS, type Query, type Term } from '../find/query';
import { LEVELS } from '../line/level';
import { TIMES, type TimeMode } from '../line/time';
import { readSource, writeSource } from './reference';

/** Marks what a pattern finds, in a colour of the reader's choice. */
export interface Rule {
  readonly pattern: Pattern;
  /** `#rrggbb`. */
  readonly colour: string;
}

export interface View {
  readonly query: Query;
  readonly rules: readonly Rule[];
  /** Paths of fields. */
  readonly columns: readonly string[];
  readonly time: TimeMode;
  readonly isWrapped: boolean;
}

export const PLAIN_VIEW: View = { query: EVERYTHING, rules: [], columns: [], time: 'local', isWrapped: true };

/** The style sheet has so many highlights. */
export const MAX_RULES = 8;
const MAX_COLUMNS = 12;
const MAX_SOURCES = 200;

/** Colours for rules, in the order in which they are given out; last the one that hits have too. */
const PALETTE = ['#7fd1ae', '#8fb8ff', '#e59ad6', '#f29e6d', '#a9d65c', '#6fd3e0', '#c3a6ff', '#f2c14e'];

/** `view` as the part of an address behind the `#`, without what is as in PLAIN_VIEW. */
export function writeView({ query, rules, columns, time, isWrapped }: View): string {
  const written = new URLSearchParams();
  if (query.find.text !== '') written.set('find', writePattern(query.find));
  if (query.find.text !== '' && !query.isOnly) written.set('mark', 'only');
  for (const term of query.terms) written.append(term.isExcluded ? 'not' : 'and', writeTerm(term));
  if (query.levels.length < LEVELS.length) written.set('levels', query.levels.join('.'));
  for (const source of query.sources) written.append('source', writeSource(source));
  for (const source of query.muted) written.append('mute', writeSource(source));
  for (const { pattern, colour } of rules) written.append('rule', `${colour.slice(1)}.${writePattern(pattern)}`);
  for (const path of columns) written.append('column', path);
  if (time !== PLAIN_VIEW.time) written.set('time', time);
  if (!isWrapped) written.set('wrap', 'off');
  return written.toString();
}

/** The view in the part of an address behind the `#`; what cannot be read is left out. */
export function readView(text: string): View {
  const read = new URLSearchParams(text);
  const named = read.get('levels')?.split('.') ?? [];
  const levels = LEVELS.filter((level) => named.includes(level));
  const terms = [...read].flatMap(([name, value]) =>
    name === 'and' || name === 'not' ? readTerm(value, name === 'not') : [],
  );
  return {
    query: {
      find: readPattern(read.get('find') ?? '') ?? NOTHING,
      isOnly: read.get('mark') !== 'only',
      terms: terms.slice(0, MAX_TERMS),
      // A view in which no level is shown says so with an empty list.
      levels: levels.length > 0 || read.get('levels') === '' ? levels : LEVELS,
      sources: read.getAll('source').slice(0, MAX_SOURCES).map(readSource),
      muted: read.getAll('mute').slice(0, MAX_SOURCES).map(readSource),
    },
    rules: read.getAll('rule').flatMap(readRule).slice(0, MAX_RULES),
    columns: read.getAll('column').slice(0, MAX_COLUMNS),
    time: TIMES.find((mode) => mode === read.get('time')) ?? PLAIN_VIEW.time,
    isWrapped: read.get('wrap') !== 'off',
  };
}

/** `view` with a field among its columns, or no more. */
export function withColumn(view: View, path: string): View {
  const rest = view.columns.filter((column) => column !== path);
  return { ...view, columns: rest.length < view.columns.length ? rest : [...rest, path].slice(0, MAX_COLUMNS) };
}

/** `view` with a rule more, in a colour that is free; the oldest goes where there are too many. */
export function withRule(view: View, pattern: Pattern): View {
  const others = view.rules.filter((rule) => writePattern(rule.pattern) !== writePattern(pattern));
  const rules = others.slice(1 - MAX_RULES);
  const colour = PALETTE.find((free) => rules.every((rule) => rule.colour !== free)) ?? '#f2c14e';
  return { ...view, rules: [...rules, { pattern, colour }] };
}

/** Flags, a dot, the text: `.error`, `rc.E[0-9]+`. */
function writePattern({ text, isRegex, isCased }: Pattern): string {
  return `${isRegex ? 'r' : ''}${isCased ? 'c' : ''}.${text}`;
}

function readPattern(text: string): Pattern | undefined {
  const match = /^(r?)(c?)\.(.+)$/s.exec(text);
  return match === null ? undefined : { text: match[3] ?? '', isRegex: match[1] !== '', isCased: match[2] !== '' };
}

function writeTerm(term: Term): string {
  return term.kind === 'pattern' ? writePattern(term.pattern) : `f.${JSON.stringify([term.path, term.value])}`;
}

function readTerm(text: string, isExcluded: boolean): Term[] {
  if (!text.startsWith('f.')) {
    const pattern = readPattern(text);
    return pattern === undefined ? [] : [{ kind: 'pattern', isExcluded, pattern }];
  }
  try {
    const field: unknown = JSON.parse(text.slice(2));
    if (!Array.isArray(field) || typeof field[0] !== 'string' || typeof field[1] !== 'string') return [];
    return [{ kind: 'field', isExcluded, path: field[0], value: field[1] }];
  } catch {
    return [];
  }
}

function readRule(text: string): Rule[] {
  const match = /^([0-9a-f]{6})\.(.*)$/s.exec(text);
  const pattern = match === null ? undefined : readPattern(match[2] ?? '');
  return pattern === undefined ? [] : [{ pattern, colour: `#${match?.[1] ?? ''}` }];
}
