/**
 * Finds out what changed in the backlog since the worker was last told: entries added, taken back and dropped. It
 * compares chunks, and sends nothing itself.
 */

import type { Backlog } from '../store/backlog';
import type { Chunk } from '../store/chunk';

export interface Addition {
  readonly firstKey: number;
  readonly texts: readonly string[];
  readonly heads: readonly number[];
}

interface Sent {
  readonly firstKey: number;
  count: number;
  version: number;
}

export class Courier {
  private sent = new Map<Chunk, Sent>();

  constructor(private readonly backlog: Backlog) {}

  /** The worker knows nothing any more. */
  reset(): void {
    this.sent = new Map();
  }

  /**
   * What is new, some `limit` entries of it, and the keys that are gone. Oldest first: the first line of a stack trace
   * must be known before those that go on with it.
   */
  changes(limit: number): { added: Addition[]; dropped: { firstKey: number; count: number }[] } {
    const dropped = this.dropped();
    const added: Addition[] = [];
    let room = limit;
    for (const chunk of this.backlog.chunks) {
      if (room <= 0) break;
      const addition = this.addition(chunk);
      if (addition === undefined) continue;
      room -= addition.texts.length;
      added.push(addition);
    }
    return { added, dropped };
  }

  private addition(chunk: Chunk): Addition | undefined {
    const known = this.sent.get(chunk);
    const from = known?.version === chunk.version ? known.count : 0;
    if (from === chunk.count) return undefined;
    this.sent.set(chunk, { firstKey: chunk.firstKey, count: chunk.count, version: chunk.version });
    const texts = chunk.texts.slice(from, chunk.count);
    return {
      firstKey: chunk.firstKey + from,
      texts,
      heads: chunk.hasHeads ? texts.map((_, index) => chunk.head(from + index) ?? -1) : [],
    };
  }

  private dropped(): { firstKey: number; count: number }[] {
    const held = new Set(this.backlog.chunks);
    const gone: { firstKey: number; count: number }[] = [];
    for (const [chunk, { firstKey, count }] of this.sent) {
      if (held.has(chunk)) continue;
      this.sent.delete(chunk);
      gone.push({ firstKey, count });
    }
    return gone;
  }
}
