/** Which key does what. Keys that a focused control, or the browser with a modifier, needs are left to them. */

export interface Keys {
  readonly togglePause: () => void;
  readonly goLive: () => void;
  readonly goToOldest: () => void;
  readonly lookUp: () => void;
  readonly scroll: (rows: number, pages: number) => void;
  readonly find: () => void;
  /** Whether what Ctrl-F opens is open already. */
  readonly isFinding: () => boolean;
  readonly next: (isBack: boolean) => void;
  readonly step: (isBack: boolean, isPicking: boolean) => void;
  /** With when and where each line was written, or without. */
  readonly copy: (isPrefixed: boolean) => void;
  readonly link: () => void;
  readonly download: () => void;
  readonly pickAll: () => void;
  readonly open: () => void;
  readonly context: () => void;
  readonly back: () => void;
  readonly wrap: () => void;
  readonly overview: () => void;
  readonly sources: () => void;
  readonly theme: () => void;
  readonly help: () => void;
}

const CONTROLS = 'button, input, select, textarea, a';

export function listenToKeys(log: HTMLElement, keys: Keys): void {
  const actions: Readonly<Record<string, () => void>> = {
    ' ': keys.togglePause,
    End: keys.goLive,
    G: keys.goLive,
    Home: keys.goToOldest,
    g: keys.goToOldest,
    '/': keys.find,
    n: () => {
      keys.next(false);
    },
    N: () => {
      keys.next(true);
    },
    j: () => {
      keys.step(false, false);
    },
    k: () => {
      keys.step(true, false);
    },
    J: () => {
      keys.step(false, true);
    },
    K: () => {
      keys.step(true, true);
    },
    y: () => {
      keys.copy(false);
    },
    Y: () => {
      keys.copy(true);
    },
    l: keys.link,
    d: keys.download,
    e: keys.open,
    c: keys.context,
    Escape: keys.back,
    w: keys.wrap,
    o: keys.overview,
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
    // The browser's own search does not see lines that are not on the page; whoever wants it presses the keys again.
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === 'f' && !keys.isFinding()) {
      event.preventDefault();
      keys.find();
      return;
    }
    const target = event.target instanceof Element ? event.target : document.body;
    // The browser's own would pick the lines that are on the page, and the buttons.
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === 'a' && target === log) {
      event.preventDefault();
      keys.pickAll();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    // A button needs two keys for itself; the others mean there what they mean everywhere.
    const isFree = target instanceof HTMLButtonElement && event.key !== ' ' && event.key !== 'Enter';
    if (target.closest('dialog') !== null || (target.closest(CONTROLS) !== null && !isFree)) return;
    // The browser scrolls the focused log by itself, and smoothly; following must stop before that.
    if (target === log && (event.key === 'ArrowUp' || event.key === 'PageUp')) keys.lookUp();
    const action = actions[event.key] ?? (target === log ? undefined : scrolls[event.key]);
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
