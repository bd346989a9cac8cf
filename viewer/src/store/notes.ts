/** What an entry of the backlog may be besides a plain line. Words for them are in words.ts. */

/** Bytes that are missing; the same object stays with its row while the gap shrinks. */
export interface Gap {
  readonly kind: 'gap';
  readonly label: string;
  bytes: number;
  reason: string;
}

/** The text of a line that the agent cut; `bytes` is the line's raw length in the file. */
export interface Cut {
  readonly kind: 'cut';
  readonly bytes: number;
}

/** The text of a line that has no line end yet. */
export interface Partial {
  readonly kind: 'partial';
}

export type Divider =
  | Gap
  | { readonly kind: 'unknown'; readonly label: string; readonly reason: string }
  | { readonly kind: 'restart'; readonly name: string }
  | { readonly kind: 'epoch'; readonly label: string; readonly epoch: number }
  | { readonly kind: 'reconnected'; readonly seconds: number }
  /** Messages that came while the page slept, more than are kept for it. */
  | { readonly kind: 'overslept'; readonly messages: number };

/** An entry that was taken back, as a gap that closed: it has no height and is not shown. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
}

export type Note = Divider | Cut | Partial | Withdrawn;
