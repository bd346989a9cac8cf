/** What the reader chose, kept in this browser. Where storage is blocked or full, choices last as long as the page. */

import { HUES } from '../receive/colours';

const PREFIX = 'tailcast.';
const HUE_NAMES = Array.from({ length: HUES }, (_, hue) => String(hue));

/** The value kept under `name` if it is one of `allowed`, else the first of them. */
export function recall<T extends string>(name: string, allowed: readonly [T, ...T[]]): T {
  try {
    const kept = localStorage.getItem(PREFIX + name);
    return allowed.find((value) => value === kept) ?? allowed[0];
  } catch {
    return allowed[0];
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Blocked or full: the choice lasts as long as the page.
  }
}

/** The colour that the reader chose for a source, by its identity; undefined if none. */
export function recallHue(identity: string): number | undefined {
  const kept = recall(hueName(identity), ['', ...HUE_NAMES]);
  return kept === '' ? undefined : Number(kept);
}

export function rememberHue(identity: string, hue: number): void {
  remember(hueName(identity), String(hue));
}

function hueName(identity: string): string {
  return `colour.${identity.replace('\0', '.')}`;
}
