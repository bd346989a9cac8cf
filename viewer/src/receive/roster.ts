/**
 * What the panel of sources lists: agents with their files, those that match what the reader typed, and where each
 * stands. Pure; it draws nothing.
 */

import type { Agent } from './receiver';
import { isFollowed, type Source } from './sources';

export type Item =
  | { readonly kind: 'agent'; readonly identity: string; readonly name: string; readonly agent: Agent | undefined }
  | { readonly kind: 'file'; readonly identity: string; readonly source: Source };

/** The agents and their files in which every word of `filter` is found, in any case. */
export function roster(agents: Iterable<Agent>, sources: readonly Source[], filter: string): Item[] {
  const words = filter.toLowerCase().split(/\s+/);
  const isFound = ({ agentName, path }: Source): boolean => {
    const text = `${agentName} ${path}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const byAgent = Map.groupBy(sources.filter(isFound), ({ agent }) => agent);
  const items: Item[] = [];
  for (const agent of agents) {
    const files = listed(byAgent.get(agent.id) ?? []);
    if (files.length === 0 && filter !== '') continue;
    items.push({ kind: 'agent', identity: `${agent.id}\0`, name: agent.name, agent }, ...files.map(fileItem));
  }
  const plain = listed(byAgent.get(undefined) ?? []);
  if (plain.length > 0)
    items.push({ kind: 'agent', identity: '', name: 'Plain messages', agent: undefined }, ...plain.map(fileItem));
  return items;
}

/** Where items of these heights begin, and where the last one ends. */
export function tops(heights: readonly number[]): number[] {
  const found = [0];
  for (const height of heights) found.push((found.at(-1) ?? 0) + height);
  return found;
}

/** The first index, and the one after the last, of what lies between two heights. */
export function between(begins: readonly number[], from: number, to: number): [number, number] {
  const count = begins.length - 1;
  let first = 0;
  while (first < count && (begins[first + 1] ?? 0) <= from) first += 1;
  let end = first;
  while (end < count && (begins[end] ?? 0) < to) end += 1;
  return [first, end];
}

/** `service-9` stands before `service-10`. */
const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * The files of an agent by name, those first that lines come from; left out is a path that turned out to be none.
 */
function listed(files: readonly Source[]): Source[] {
  const real = files
    .filter(({ lines, state }) => lines > 0 || state !== 'ended')
    .sort((one, other) => compare(one.label, other.label) || compare(one.path, other.path));
  return [...real.filter(isFollowed), ...real.filter((source) => !isFollowed(source))];
}

function fileItem(source: Source): Item {
  return { kind: 'file', identity: source.identity, source };
}
