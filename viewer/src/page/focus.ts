/**
 * Keeps the keyboard's focus on the page: where the control that had it went away, as a banner's button does, the lines
 * get it. What the reader leaves on purpose, and the pointer's focus, which nobody sees, are left alone.
 */

/** Returns what is to be called now and then, and after what may take a control away. */
export function focusKeeper(home: HTMLElement): () => void {
  let last: Element | undefined;
  document.addEventListener('focusin', ({ target }) => {
    last = target instanceof Element && target.matches(':focus-visible') ? target : undefined;
  });
  return () => {
    if (document.activeElement !== document.body || last === undefined) return;
    if (last.getClientRects().length === 0) home.focus({ preventScroll: true });
    last = undefined;
  };
}
