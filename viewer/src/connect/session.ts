/**
 * The page's connection as a state machine: negotiate, connect, join the group, and again for ever when anything fails.
 *
 *     negotiating -> connecting -> joining -> joined
 *          ^             |            |          |
 *          |             v            v          v
 *          +--------- waiting <-------+----------+      (a failure; back-off, or "retry now")
 *
 * Pure: facts and the time come in, actions go out, connection.ts does them. It never gives up.
 */

import type { Access } from './access';
import { backoffMs } from './backoff';
import {
  joinRefused,
  negotiateTimedOut,
  serviceClosed,
  serviceSilent,
  serviceTimedOut,
  type Failure,
} from './failures';
import { joinGroup, PING, type Frame } from './frames';

export type Phase =
  | {
      readonly name: 'negotiating' | 'connecting' | 'joining';
      readonly since: number;
      readonly failure: Failure | undefined;
    }
  | { readonly name: 'joined'; readonly since: number }
  | { readonly name: 'waiting'; readonly retryAt: number; readonly failure: Failure };

export type Action =
  /** Ask negotiate, and report `negotiated` or `failed`. */
  | { readonly do: 'negotiate' }
  /** Open a WebSocket, and report `opened`, `received` and `closed`. */
  | { readonly do: 'open'; readonly url: string }
  | { readonly do: 'send'; readonly text: string }
  /** Give up the request or the socket under way; nothing more is to be reported of it. */
  | { readonly do: 'abandon' }
  /** The group is joined; `afterMs` since the last time, or undefined the first time. */
  | { readonly do: 'welcome'; readonly afterMs: number | undefined };

/** A step of the way that takes longer has failed. */
const STEP_MS = 15_000;
/** As Microsoft's own browser client pings. */
const PING_MS = 20_000;
/** A ping that nothing answers within this time means that the connection is dead. */
const ANSWER_MS = 10_000;
/** A tick that comes so much later than the one before says that the page slept: messages may still be under way. */
const LATE_MS = 5_000;
/** A connection that lasted so long was good: the next failure is the first again. */
const GOOD_MS = 10_000;

export class Session {
  phase: Phase;
  private failures = 0;
  private ackId = 0;
  private group = '';
  private said = '';
  private heardAt = 0;
  private pingedAt = 0;
  private tickedAt = 0;
  private isSuspect = false;
  private leftAt: number | undefined;

  /** `random` gives numbers from 0 up to 1. */
  constructor(
    private readonly random: () => number,
    now: number,
  ) {
    this.phase = { name: 'negotiating', since: now, failure: undefined };
  }

  start(now: number): Action[] {
    this.tickedAt = now;
    return this.attempt(now, undefined);
  }

  negotiated(access: Access, now: number): Action[] {
    if (this.phase.name !== 'negotiating') return [];
    this.group = access.group;
    this.phase = { name: 'connecting', since: now, failure: this.phase.failure };
    return [{ do: 'open', url: access.url }];
  }

  opened(now: number): Action[] {
    if (this.phase.name !== 'connecting') return [];
    this.phase = { name: 'joining', since: now, failure: this.phase.failure };
    this.heardAt = this.pingedAt = now;
    this.said = '';
    this.ackId += 1;
    return [{ do: 'send', text: joinGroup(this.group, this.ackId) }];
  }

  /** Any frame is a sign of life; acks and farewells mean more. */
  received(frame: Frame, now: number): Action[] {
    this.heardAt = now;
    this.isSuspect = false;
    if (frame.type === 'disconnected') this.said = frame.message;
    if (frame.type !== 'ack' || this.phase.name !== 'joining' || frame.ackId !== this.ackId) return [];
    // Learn: a duplicate means that the request was done already.
    if (!frame.success && frame.error !== 'Duplicate') return this.failed(joinRefused(frame.error, frame.reason), now);
    this.phase = { name: 'joined', since: now };
    return [{ do: 'welcome', afterMs: this.leftAt === undefined ? undefined : now - this.leftAt }];
  }

  /** The socket closed by itself. */
  closed(code: number, reason: string, now: number): Action[] {
    const wasOpen = this.phase.name !== 'connecting';
    return this.failed(serviceClosed(code, reason, this.said, wasOpen), now);
  }

  /** Whatever was under way has failed. */
  failed(failure: Failure, now: number): Action[] {
    if (this.phase.name === 'waiting') return [];
    if (this.phase.name === 'joined') {
      this.leftAt = now;
      if (now - this.phase.since >= GOOD_MS) this.failures = 0;
    }
    this.failures += 1;
    const retryAt = now + backoffMs(this.failures, this.random(), failure.leastWaitMs);
    this.phase = { name: 'waiting', retryAt, failure };
    return [{ do: 'abandon' }];
  }

  /** The reader, or a network that came back, does not want to wait. */
  retry(now: number): Action[] {
    return this.phase.name === 'waiting' ? this.attempt(now, this.phase.failure) : [];
  }

  /** To be called about twice a second, and when the page wakes. */
  tick(now: number): Action[] {
    const isLate = now - this.tickedAt > LATE_MS;
    this.tickedAt = now;
    switch (this.phase.name) {
      case 'waiting':
        return now >= this.phase.retryAt ? this.retry(now) : [];
      case 'joined':
        return this.probe(now, isLate);
      default:
        if (now - this.phase.since < STEP_MS) return [];
        return this.failed(this.phase.name === 'negotiating' ? negotiateTimedOut : serviceTimedOut, now);
    }
  }

  private attempt(now: number, failure: Failure | undefined): Action[] {
    this.phase = { name: 'negotiating', since: now, failure };
    return [{ do: 'negotiate' }];
  }

  private probe(now: number, isLate: boolean): Action[] {
    const isUnanswered = this.pingedAt > this.heardAt && now - this.pingedAt > ANSWER_MS;
    // A page that slept finds its answers only after this tick: it asks once more before it judges.
    if (isUnanswered && (!isLate || this.isSuspect)) return this.failed(serviceSilent, now);
    if (!isUnanswered && !isLate && now - this.pingedAt < PING_MS) return [];
    this.isSuspect = isUnanswered;
    this.pingedAt = now;
    return [{ do: 'send', text: PING }];
  }
}
