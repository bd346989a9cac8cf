/**
 * Tells tabs at once that their shared worker ended, by a lock that it holds as long as it lives; a worker that ends
 * tells no one itself. Browsers have locks on secure pages only: elsewhere, and where a worker hangs, pulse.ts notices.
 */

/** Holds the lock `name` from now to the end of this worker; resolves as soon as it is held, or cannot be. */
export function hold(name: string): Promise<void> {
  return new Promise((held) => {
    if (!hasLocks()) {
      held();
      return;
    }
    const forEver = new Promise<never>(() => undefined);
    navigator.locks
      .request(name, () => {
        held();
        return forEver;
      })
      .catch(() => {
        held();
      });
  });
}

/** Calls `ended` when whoever holds the lock `name` is gone, unless `signal` said before that nobody waits for it. */
export function watch(name: string, signal: AbortSignal, ended: () => void): void {
  if (!hasLocks()) return;
  // A refusal is no end, and neither is that nobody waits any more.
  navigator.locks.request(name, { mode: 'shared', signal }, ended).catch(() => undefined);
}

function hasLocks(): boolean {
  return 'locks' in navigator;
}
