/**
 * Whether the page follows the newest line, was scrolled away from it, or is paused; and how many lines came since.
 * Pure: what the reader did comes in as facts. It scrolls nothing; list.ts does.
 */

export type Reading =
  /** The newest line is at the bottom and stays there. */
  | { readonly mode: 'live' }
  /** The reader scrolled away; lines go on being added below. */
  | { readonly mode: 'away'; readonly since: Mark }
  /** Nothing after the mark is shown until the reader says so. */
  | { readonly mode: 'paused'; readonly since: Mark };

/** The newest entry when the reader left the live end, and how many lines had ever come by then. */
export interface Mark {
  readonly key: number;
  readonly total: number;
}

export const LIVE: Reading = { mode: 'live' };

/** Fractions of a pixel that a zoomed page leaves below the last line. */
const SLACK_PX = 2;

/** An upward notch of the wheel, an upward key, a finger that pulls down, a text selection: follow stops at once. */
export function lookedUp(reading: Reading, now: Mark): Reading {
  return reading.mode === 'live' ? { mode: 'away', since: now } : reading;
}

/** The view moved by `moved` pixels (negative is up), not by this page's doing, and `below` pixels remain under it. */
export function scrolled(reading: Reading, moved: number, below: number, now: Mark): Reading {
  if (moved < 0 && below > SLACK_PX) return lookedUp(reading, now);
  if (moved > 0 && below <= SLACK_PX && reading.mode === 'away') return LIVE;
  return reading;
}

export function paused(now: Mark): Reading {
  return { mode: 'paused', since: now };
}

/** After a pause, go on reading where one is, instead of at the live end. */
export function readOn(reading: Reading): Reading {
  return reading.mode === 'paused' ? { mode: 'away', since: reading.since } : reading;
}

/** Lines that came since the reader left the live end, or paused. */
export function waiting(reading: Reading, total: number): number {
  return reading.mode === 'live' ? 0 : total - reading.since.total;
}
