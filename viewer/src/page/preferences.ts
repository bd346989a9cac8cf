/** What the reader chose, kept in this browser. Where storage is blocked or full, choices last as long as the page. */

const PREFIX = 'tailcast.';

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
