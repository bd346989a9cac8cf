/**
 * Counts the messages of a reliable connection: which are new, and when to acknowledge them. It sends nothing.
 *
 * Client spec 3.2: an acknowledgement covers all messages up to its number, and repeats after a recovery are to be
 * acknowledged again. The service closes a connection for good that leaves 1,000 messages or 16 MB unacknowledged, so
 * nothing here waits for the page to draw, nor for a timer, which a hidden page may get once a minute.
 */

const MOST_MESSAGES = 20;
/** In characters, of which each takes 3 bytes at most. */
const MOST_CHARS = 1_000_000;
/** A message that comes so much later than the last acknowledgement is acknowledged at once. */
const PAUSE_MS = 100;

export class Acks {
  private last = 0;
  private waiting = 0;
  private chars = 0;
  private ackedAt = -Infinity;

  /** A new connection counts from 1. */
  reset(): void {
    this.last = this.waiting = this.chars = 0;
    this.ackedAt = -Infinity;
  }

  /** Takes message `sequenceId` of so many `chars`; `ack` is the number to acknowledge now, if any. */
  take(sequenceId: number, chars: number, now: number): { isNew: boolean; ack: number | undefined } {
    const isNew = sequenceId > this.last;
    this.last = Math.max(this.last, sequenceId);
    this.waiting += 1;
    this.chars += chars;
    const isDue = !isNew || this.waiting >= MOST_MESSAGES || this.chars >= MOST_CHARS || now - this.ackedAt >= PAUSE_MS;
    return { isNew, ack: isDue ? this.flush(now) : undefined };
  }

  /** The number to acknowledge now, if anything waits for it. */
  flush(now: number): number | undefined {
    if (this.waiting === 0) return undefined;
    this.waiting = this.chars = 0;
    this.ackedAt = now;
    return this.last;
  }
}
