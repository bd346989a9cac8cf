/**
 * The connection as a state machine: negotiate, connect, join the group; recover it when it is lost; and again for ever
 * when anything fails.
 *
 *     negotiating -> connecting -> joining -> joined <-> recovering
 *          ^             |            |          |            |
 *          |             v            v          v            v
 *          +--------- waiting <-------+----------+------------+      (a failure; back-off, or "retry now")
 *
 * From `waiting` it goes on to `recovering` as long as the service keeps the lost connection, else to `negotiating`.
 * Pure: facts and the time come in, actions go out, connection.ts does them. It never gives up.
 */

import type { Access } from './access';
import { Acks } from './acks';
import { backoffMs, recoveryMs } from './backoff';
import {
  joinRefused,
  negotiateTimedOut,
  serviceClosed,
  serviceRefused,
  serviceSilent,
  serviceTimedOut,
  type Failure,
} from './failures';
import { joinGroup, PING, sequenceAck, type Frame } from './frames';
import { Heartbeat } from './heartbeat';
import { Recovery } from './recovery';

export type Phase =
  | {
      readonly name: 'negotiating' | 'connecting' | 'joining' | 'recovering';
      readonly since: number;
      readonly failure: Failure | undefined;
    }
  /** `recoveredMs`: how long the connection was lost before it was recovered without loss; undefined for a new one. */
  | { readonly name: 'joined'; readonly since: number; readonly recoveredMs: number | undefined }
  | { readonly name: 'waiting'; readonly retryAt: number; readonly failure: Failure };

export type Action =
  /** Ask negotiate, and report `negotiated` or `failed`. */
  | { readonly do: 'negotiate' }
  /** Open a WebSocket, and report `opened`, `received` and `closed`. */
  | { readonly do: 'open'; readonly url: string }
  | { readonly do: 'send'; readonly text: string }
  /**
   * Give up the request or the socket under way; nothing more is to be reported of it. `isFinal`: the service need not
   * keep the connection.
   */
  | { readonly do: 'abandon'; readonly isFinal: boolean }
  /** The frame of a message that was not delivered before. */
  | { readonly do: 'deliver'; readonly text: string }
  /** The group is joined anew; `afterMs` since it was lost, or undefined the first time. */
  | { readonly do: 'welcome'; readonly afterMs: number | undefined };

/** A step of the way that takes longer has failed. */
const STEP_MS = 15_000;
/** A connection that lasted so long was good: the next failure is the first again. */
const GOOD_MS = 10_000;
/** RFC 6455 7.4.1; of a recovery it says that there is nothing to recover (client spec 1.4). */
const POLICY_VIOLATION = 1008;
/** So many refusals in a row are no accident. */
const REFUSALS = 3;

export class Session {
  phase: Phase;
  private readonly acks = new Acks();
  private readonly recovery = new Recovery();
  private readonly heartbeat = new Heartbeat();
  private failures = 0;
  private refusals = 0;
  private ackId = 0;
  private group = '';
  private said = '';
  /** The service said that a quota is used up, and has taken no connection since. */
  private spent: Failure | undefined;
  private leftAt: number | undefined;

  /** `random` gives numbers from 0 up to 1. */
  constructor(
    private readonly random: () => number,
    now: number,
  ) {
    this.phase = { name: 'negotiating', since: now, failure: undefined };
  }

  start(now: number): Action[] {
    this.heartbeat.tick(now, false);
    return this.attempt(now, undefined);
  }

  negotiated(access: Access, now: number): Action[] {
    if (this.phase.name !== 'negotiating') return [];
    this.group = access.group;
    this.recovery.begin(access.url);
    this.acks.reset();
    this.phase = { name: 'connecting', since: now, failure: this.phase.failure };
    return [{ do: 'open', url: access.url }];
  }

  opened(now: number): Action[] {
    this.said = '';
    this.heartbeat.begin(now);
    // The service says nothing of a recovery that succeeds; an answer to a ping does.
    if (this.phase.name === 'recovering') return [{ do: 'send', text: PING }];
    if (this.phase.name !== 'connecting') return [];
    this.phase = { name: 'joining', since: now, failure: this.phase.failure };
    this.ackId += 1;
    return [{ do: 'send', text: joinGroup(this.group, this.ackId) }];
  }

  /** Any frame is a sign of life; most mean more. */
  received(frame: Frame, now: number): Action[] {
    this.heartbeat.heard(now);
    switch (frame.type) {
      case 'connected':
        this.recovery.greet(frame.connectionId, frame.reconnectionToken);
        break;
      case 'disconnected':
        this.said = frame.message;
        return [];
      case 'ack':
        if (this.phase.name === 'joining' && frame.ackId === this.ackId) return this.answered(frame, now);
        break;
      case 'message':
      case 'pong':
      case 'unknown':
    }
    if (this.phase.name === 'recovering') this.join(now, now - (this.leftAt ?? now));
    return frame.type === 'message' ? this.take(frame, now) : [];
  }

  /** The socket closed by itself. */
  closed(code: number, reason: string, now: number): Action[] {
    const { phase } = this;
    if (phase.name === 'waiting') return [];
    if (code === POLICY_VIOLATION) this.recovery.forget();
    if (phase.name === 'recovering' && code === POLICY_VIOLATION) return this.attempt(now, phase.failure);
    const wasOpen = phase.name !== 'connecting' && phase.name !== 'recovering';
    return this.failed(wasOpen ? serviceClosed(code, reason, this.said) : this.refused(), now);
  }

  /** Whatever was under way has failed. */
  failed(failure: Failure, now: number): Action[] {
    const { phase } = this;
    if (phase.name === 'waiting') return [];
    if (phase.name === 'joined') {
      this.leftAt = this.heartbeat.lastSign(now);
      this.recovery.lose(now);
      if (now - phase.since >= GOOD_MS) this.failures = 0;
    } else if (phase.name !== 'recovering') this.recovery.forget();
    if (failure.isSpent === true) this.spent = failure;
    const isKept = this.recovery.url(now) !== undefined;
    this.phase = { name: 'waiting', retryAt: now + this.waitMs(isKept, failure), failure };
    return [{ do: 'abandon', isFinal: !isKept }];
  }

  /** The reader does not want to wait. */
  retry(now: number): Action[] {
    return this.phase.name === 'waiting' ? this.attempt(now, this.phase.failure) : [];
  }

  /** The network came back: what failed without it is worth another attempt, unless the other side asked for peace. */
  online(now: number): Action[] {
    if (this.phase.name === 'waiting' && this.phase.failure.leastWaitMs === undefined) return this.retry(now);
    return this.woke(now);
  }

  /** The page came back from somewhere, or its network went away: is the connection still there? */
  woke(now: number): Action[] {
    const actions = this.tick(now);
    if (this.phase.name === 'joined' && this.heartbeat.doubt(now) === 'ping') actions.push({ do: 'send', text: PING });
    return actions;
  }

  /** To be called about twice a second. */
  tick(now: number): Action[] {
    const { phase } = this;
    const verdict = this.heartbeat.tick(now, phase.name === 'joined');
    if (phase.name === 'waiting') return now >= phase.retryAt ? this.attempt(now, phase.failure) : [];
    if (phase.name === 'joined') return verdict === 'dead' ? this.failed(serviceSilent, now) : this.keep(verdict, now);
    if (now - phase.since < STEP_MS) return [];
    return this.failed(phase.name === 'negotiating' ? negotiateTimedOut : serviceTimedOut, now);
  }

  private attempt(now: number, failure: Failure | undefined): Action[] {
    const url = this.recovery.url(now);
    this.phase = { name: url === undefined ? 'negotiating' : 'recovering', since: now, failure };
    return [url === undefined ? { do: 'negotiate' } : { do: 'open', url }];
  }

  private answered(ack: Extract<Frame, { type: 'ack' }>, now: number): Action[] {
    // Learn: a duplicate means that the request was done already.
    if (!ack.success && ack.error !== 'Duplicate') return this.failed(joinRefused(ack.error, ack.reason), now);
    this.join(now, undefined);
    return [{ do: 'welcome', afterMs: this.leftAt === undefined ? undefined : now - this.leftAt }];
  }

  private join(now: number, recoveredMs: number | undefined): void {
    this.phase = { name: 'joined', since: now, recoveredMs };
    this.refusals = 0;
    this.spent = undefined;
  }

  private take(frame: Extract<Frame, { type: 'message' }>, now: number): Action[] {
    const delivery: Action = { do: 'deliver', text: frame.raw };
    if (frame.sequenceId === undefined) return [delivery];
    const { isNew, ack } = this.acks.take(frame.sequenceId, frame.raw.length, now);
    return [...acknowledgement(ack), ...(isNew ? [delivery] : [])];
  }

  /** A browser does not tell why a handshake failed: not that a token was refused, nor that there is no room. */
  private refused(): Failure {
    if (this.phase.name === 'connecting') this.refusals += 1;
    return this.spent ?? serviceRefused(this.refusals >= REFUSALS);
  }

  private waitMs(isKept: boolean, failure: Failure): number {
    if (isKept) return recoveryMs((this.recovery.attempts += 1), this.random());
    return backoffMs((this.failures += 1), this.random(), failure.leastWaitMs);
  }

  private keep(verdict: 'fine' | 'ping', now: number): Action[] {
    return [
      ...acknowledgement(this.acks.flush(now)),
      ...(verdict === 'ping' ? [{ do: 'send', text: PING } as const] : []),
    ];
  }
}

function acknowledgement(sequenceId: number | undefined): Action[] {
  return sequenceId === undefined ? [] : [{ do: 'send', text: sequenceAck(sequenceId) }];
}
