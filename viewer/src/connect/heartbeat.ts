/**
 * Decides when to ping the service, and when its silence means that the connection is dead. Pure: the time comes in.
 *
 * A socket stays "open" through a sleep of hours and through the loss of its network; only an answer proves it alive.
 */

/** As Microsoft's own browser client pings. */
const PING_MS = 20_000;
/** A ping that nothing answers within this time means that the connection is dead. */
const ANSWER_MS = 10_000;
/** The same for one who just came back to the page, or whose network changed. */
const URGENT_ANSWER_MS = 5_000;
/** A tick that comes so much later than the one before says that the page slept: messages may still be under way. */
const LATE_MS = 5_000;

export class Heartbeat {
  private heardAt = 0;
  private pingedAt = 0;
  private tickedAt = 0;
  private answerMs = ANSWER_MS;
  private isSuspect = false;

  /** The connection is open, which counts as a sign of life. */
  begin(now: number): void {
    this.heardAt = this.pingedAt = now;
    this.isSuspect = false;
  }

  heard(now: number): void {
    this.heardAt = now;
    this.isSuspect = false;
  }

  /** When the connection was surely alive, if that is long ago; else `now`. */
  lastSign(now: number): number {
    return now - this.heardAt > PING_MS + ANSWER_MS ? this.heardAt : now;
  }

  /** To be called twice a second; `isJoined` if there is a connection to judge. */
  tick(now: number, isJoined: boolean): 'fine' | 'ping' | 'dead' {
    const isLate = now - this.tickedAt > LATE_MS;
    this.tickedAt = now;
    if (!isJoined) return 'fine';
    const isUnanswered = this.pingedAt > this.heardAt && now - this.pingedAt > this.answerMs;
    // A page that slept finds its answers only after this tick: it asks once more before it judges.
    if (isUnanswered && (!isLate || this.isSuspect)) return 'dead';
    if (!isUnanswered && !isLate && now - this.pingedAt < PING_MS) return 'fine';
    this.isSuspect = isUnanswered;
    return this.ping(now, isLate ? URGENT_ANSWER_MS : ANSWER_MS);
  }

  /** Something happened that connections do not always survive: asks at once, unless one asks already. */
  doubt(now: number): 'fine' | 'ping' {
    return this.pingedAt > this.heardAt ? 'fine' : this.ping(now, URGENT_ANSWER_MS);
  }

  private ping(now: number, answerMs: number): 'ping' {
    this.pingedAt = now;
    this.answerMs = answerMs;
    return 'ping';
  }
}
