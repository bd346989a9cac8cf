/** What the reader clicks in the rows: reads it from the `data-do` of what was hit. It does nothing itself. */

export interface Deeds {
  /** Open or fold the line. */
  readonly toggle: (key: number) => void;
  readonly node: (key: number, path: string) => void;
  readonly more: (key: number, path: string) => void;
  readonly include: (path: string, value: string) => void;
  readonly exclude: (path: string, value: string) => void;
  readonly column: (path: string) => void;
  readonly source: (key: number) => void;
  readonly context: (key: number) => void;
  /** The line itself. */
  readonly point: (key: number) => void;
  /** All lines up to this one, from the one that was pointed at. */
  readonly pickTo: (key: number) => void;
}

export function listenToClicks(rows: HTMLElement, deeds: Deeds): void {
  rows.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const key = Number(target?.closest<HTMLElement>('.row')?.dataset['key'] ?? NaN);
    if (target === null || Number.isNaN(key) || target.closest('a') !== null) return;
    const hit = target.closest<HTMLElement>('[data-do]');
    const path = hit?.dataset['path'] ?? '';
    const value = hit?.dataset['value'] ?? '';
    switch (hit?.dataset['do']) {
      case 'toggle':
        deeds.toggle(key);
        break;
      case 'node':
        deeds.node(key, path);
        break;
      case 'more':
        deeds.more(key, path);
        break;
      case 'include':
        deeds.include(path, value);
        break;
      case 'exclude':
        deeds.exclude(path, value);
        break;
      case 'column':
        deeds.column(path);
        break;
      case 'source':
        deeds.source(key);
        break;
      case 'context':
        deeds.context(key);
        break;
      default:
        // Whoever marks text reads, and does not point at a line.
        if (getSelection()?.isCollapsed !== false) (event.shiftKey ? deeds.pickTo : deeds.point)(key);
    }
  });
  // With the key held, lines are picked; what is marked already is marked further.
  rows.addEventListener('mousedown', (event) => {
    if (event.shiftKey && getSelection()?.isCollapsed !== false) event.preventDefault();
  });
}
