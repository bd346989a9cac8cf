/**
 * The fields of a structured line: a JSON object, alone or at the end of the line, or logfmt. A path names a field of
 * them, its keys joined by dots. It expects plain text and draws nothing.
 */

import { parseJson, writeJson, type Json } from './json';

export type Fields = Extract<Json, { kind: 'object' }>;

/** A line so long is not taken apart before its reader asks for it. */
const QUICK = 65_536;
/** A prefix before the object holds a time stamp, a level and a name. */
const MAX_PREFIX = 200;

const PAIR = /([\w.@/-]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/y;
const PREFIX = /^[[(<]?[\d:.,/T+Z-]+[\])>]?\s+/;

/** The fields of `text`, or undefined. With `isQuick` an uncommonly long line has none. */
export function fieldsOf(text: string, isQuick = true): Fields | undefined {
  if (isQuick && text.length > QUICK) return undefined;
  return jsonOf(text) ?? logfmtOf(text);
}

/** The first value at `path`, or undefined. */
export function valueAt(value: Json, path: string): Json | undefined {
  return valuesAt(value, path)[0];
}

/** The values at `path`, more than one where a key comes twice. A key may itself contain dots. */
export function valuesAt(value: Json, path: string): Json[] {
  return childrenOf(value).flatMap(([key, child]) =>
    key === path ? [child] : path.startsWith(`${key}.`) ? valuesAt(child, path.slice(key.length + 1)) : [],
  );
}

/** Members of an object, or items of an array under their numbers. */
export function childrenOf(value: Json): readonly (readonly [string, Json])[] {
  if (value.kind === 'object') return value.members;
  return value.kind === 'array' ? value.items.map((item, index) => [String(index), item] as const) : [];
}

/** A value as a column shows it and a filter compares it. */
export function valueText(value: Json): string {
  return value.kind === 'string' || value.kind === 'literal' ? value.text : writeJson(value);
}

function jsonOf(text: string): Fields | undefined {
  const end = text.trimEnd();
  if (!end.endsWith('}')) return undefined;
  const start = end.indexOf('{');
  if (start < 0 || start > MAX_PREFIX) return undefined;
  const value = parseJson(end.slice(start));
  return value?.kind === 'object' && value.members.length > 0 ? value : undefined;
}

/** Two pairs at least, and nothing but pairs, after a time stamp at most. */
function logfmtOf(text: string): Fields | undefined {
  if (!text.includes('=')) return undefined;
  const members: [string, Json][] = [];
  let at = PREFIX.exec(text)?.[0].length ?? 0;
  const end = text.trimEnd().length;
  while (at < end) {
    PAIR.lastIndex = at;
    const match = PAIR.exec(text);
    if (match === null) return undefined;
    members.push([match[1] ?? '', pairValue(match[2] ?? '')]);
    at = PAIR.lastIndex;
    while (text[at] === ' ' || text[at] === '\t') at += 1;
  }
  return members.length < 2 ? undefined : { kind: 'object', members };
}

function pairValue(text: string): Json {
  const value = text.startsWith('"') ? (parseJson(text) ?? { kind: 'string', text: text.slice(1, -1) }) : undefined;
  return value ?? { kind: /^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(text) ? 'literal' : 'string', text };
}
