/** How long to wait before the next attempt to connect. Pure: the attempt and the chance come in as arguments. */

const FIRST_MS = 1_000;
/** Of this a quarter stays, so the pages of one long outage come back spread over 30 s (case W13). */
const LONGEST_MS = 40_000;
/** Learn: a client tries to recover its connection about once a second. */
const RECOVERY_MS = 1_000;

/**
 * Milliseconds before the attempt after `failures` failures in a row, counted from 1: doubling from 1 s to 40 s, of
 * which `chance` (0 up to 1) takes away up to three quarters, so that the pages of one outage do not come back all at
 * once. `least` is what the other side asked for, in ms; chance adds up to a half, for it told all pages the same.
 */
export function backoffMs(failures: number, chance: number, least = 0): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round(Math.max(least * (1 + chance / 2), longest * (1 - 0.75 * chance)));
}

/** Milliseconds before the `attempt`th attempt, counted from 1, to recover a lost connection. */
export function recoveryMs(attempt: number, chance: number): number {
  return Math.round(RECOVERY_MS * (attempt === 1 ? chance : 0.5 + chance));
}
