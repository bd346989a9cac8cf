/** How long to wait before the next attempt to connect. Pure: the attempt and the chance come in as arguments. */

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * Milliseconds before the attempt after `failures` failures in a row, counted from 1: doubling from 1 s to 30 s, of
 * which `chance` (0 up to 1) takes away up to a half, so that the pages of one outage do not come back all at once.
 * `least` is what the other side asked for, in ms.
 */
export function backoffMs(failures: number, chance: number, least = 0): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.max(least, Math.round(longest * (1 - chance / 2)));
}
