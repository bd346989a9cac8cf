/**
 * How many lines of each level came in each second, of the lines that are shown. Counts are kept by chunk and only made
 * anew where a chunk changed; reading the levels of new lines is done in steps that the caller ends. Pure.
 */

import type { Sieve } from '../find/sieve';
import { levelOf, type Level } from '../line/level';
import { plain } from '../line/plain';
import type { Backlog } from '../store/backlog';
import type { Chunk } from '../store/chunk';

/** What the strip tells apart, from the bottom of a bar to its top. */
export const BANDS = ['other', 'info', 'warn', 'error'] as const;

const BAND_OF: Readonly<Record<Level, number>> = {
  none: 0,
  trace: 0,
  debug: 0,
  info: 1,
  warn: 2,
  error: 3,
  fatal: 3,
};

/** Lines read before it is asked whether the step is over. */
const STEP_LINES = 64;

interface Counted {
  /** For which the counts hold. */
  version: number;
  entries: number;
  /** Counts by second, one for each band. */
  readonly seconds: Map<number, Uint32Array>;
}

interface Levels {
  version: number;
  bands: Uint8Array;
  read: number;
}

export class Tally {
  /** Lines by second since 1970, one count for each band. */
  readonly seconds = new Map<number, Uint32Array>();
  private readonly counted = new Map<Chunk, Counted>();
  private readonly levels = new WeakMap<Chunk, Levels>();

  constructor(
    private readonly backlog: Backlog,
    private readonly sieve: Sieve,
  ) {}

  /** Brings the counts up to date until `isOver`, the newest lines first; returns whether all are counted. */
  step(isOver: () => boolean): boolean {
    this.forget();
    for (let number = this.backlog.chunks.length - 1; number >= 0; number -= 1) {
      const chunk = this.backlog.chunks[number];
      if (chunk === undefined || !this.isStale(chunk)) continue;
      if (!this.count(chunk, isOver) || isOver()) return false;
    }
    return true;
  }

  private isStale(chunk: Chunk): boolean {
    const known = this.counted.get(chunk);
    return known?.version !== this.sieve.version(chunk) || known.entries !== chunk.count;
  }

  /** Counts a chunk if its levels are read in time. */
  private count(chunk: Chunk, isOver: () => boolean): boolean {
    const bands = this.bandsOf(chunk, isOver);
    if (bands === undefined) return false;
    this.subtract(chunk);
    const seconds = new Map<number, Uint32Array>();
    for (let index = 0; index < chunk.count; index += 1) {
      if (!this.sieve.isTaken(chunk, index)) continue;
      const second = Math.floor((chunk.times[index] ?? 0) / 1_000);
      const band = bands[index] ?? 0;
      for (const map of [seconds, this.seconds]) {
        let counts = map.get(second);
        if (counts === undefined) map.set(second, (counts = new Uint32Array(BANDS.length)));
        counts[band] = (counts[band] ?? 0) + 1;
      }
    }
    this.counted.set(chunk, { version: this.sieve.version(chunk), entries: chunk.count, seconds });
    return true;
  }

  /** The bands of the lines of a chunk, or undefined if there was no time to read them all. */
  private bandsOf(chunk: Chunk, isOver: () => boolean): Uint8Array | undefined {
    let levels = this.levels.get(chunk);
    if (levels?.version !== chunk.version || levels.read > chunk.count) {
      levels = { version: chunk.version, bands: new Uint8Array(chunk.lives.length), read: 0 };
      this.levels.set(chunk, levels);
    }
    while (levels.read < chunk.count) {
      if (levels.read % STEP_LINES === 0 && isOver()) return undefined;
      levels.bands[levels.read] = this.band(chunk, levels.read);
      levels.read += 1;
    }
    return levels.bands;
  }

  /** The lines of a stack trace are of the level of its first line. */
  private band(chunk: Chunk, index: number): number {
    const head = this.sieve.headOf(chunk, index);
    const place = head === undefined ? undefined : this.backlog.find(head);
    const text = place === undefined ? chunk.texts[index] : this.backlog.chunks[place.chunk]?.texts[place.index];
    return BAND_OF[levelOf(plain(text ?? ''))];
  }

  /** Takes away what is held no more. */
  private forget(): void {
    const held = new Set(this.backlog.chunks);
    for (const chunk of this.counted.keys()) if (!held.has(chunk)) this.subtract(chunk);
  }

  private subtract(chunk: Chunk): void {
    const known = this.counted.get(chunk);
    if (known === undefined) return;
    for (const [second, counts] of known.seconds) {
      const sum = this.seconds.get(second);
      if (sum === undefined) continue;
      for (const [band, lines] of counts.entries()) sum[band] = (sum[band] ?? 0) - lines;
      if (sum.every((lines) => lines === 0)) this.seconds.delete(second);
    }
    this.counted.delete(chunk);
  }
}
