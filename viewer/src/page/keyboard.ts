/** Which key does what. Keys that a focused control, or the browser with a modifier, needs are left to them. */

export interface Keys {
  readonly togglePause: () => void;
  readonly goLive: () => void;
  readonly goToOldest: () => void;
  readonly lookUp: () => void;
  readonly scroll: (rows: number, pages: number) => void;
  readonly wrap: () => void;
  readonly sources: () => void;
  readonly theme: () => void;
  readonly help: () => void;
}

const CONTROLS = 'button, input, select, textarea, a, dialog';

export function listenToKeys(log: HTMLElement, keys: Keys): void {
  const actions: Readonly<Record<string, () => void>> = {
    ' ': keys.togglePause,
    End: keys.goLive,
    G: keys.goLive,
    Home: keys.goToOldest,
    g: keys.goToOldest,
    w: keys.wrap,
    s: keys.sources,
    t: keys.theme,
    '?': keys.help,
  };
  const scrolls: Readonly<Record<string, () => void>> = {
    ArrowUp: () => {
      keys.scroll(-2, 0);
    },
    ArrowDown: () => {
      keys.scroll(2, 0);
    },
    PageUp: () => {
      keys.scroll(0, -1);
    },
    PageDown: () => {
      keys.scroll(0, 1);
    },
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (
      target.closest(CONTROLS) !== null &&
      !(event.key.length === 1 && event.key !== ' ' && target instanceof HTMLButtonElement)
    )
      return;
    // The browser scrolls the focused log by itself, and smoothly; following must stop before that.
    if (target === log && (event.key === 'ArrowUp' || event.key === 'PageUp')) keys.lookUp();
    const action = actions[event.key] ?? (target === log ? undefined : scrolls[event.key]);
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
