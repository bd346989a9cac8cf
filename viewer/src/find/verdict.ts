/** What is known of one line under a query, in one byte: that it was read, whether it is to be shown, whether it has a hit. */

export const READ = 1;
export const PASSES = 2;
export const HIT = 4;

/** Verdicts are kept and sent by pages of so many consecutive keys of the backlog. */
export const PAGE = 512;

export function pageOf(key: number): number {
  return Math.floor(key / PAGE);
}

/** The verdicts of a page, of which `bits[key % PAGE]` is that of `key`. */
export interface PageVerdicts {
  readonly page: number;
  readonly bits: Uint8Array;
}
