/**
 * Says in words which hop failed and why, from facts about the failure. The words never hold the client URL, which is a
 * secret: no text of an exception goes in, for a browser's may quote it.
 */

export interface Failure {
  /** negotiate: getting a URL; service: the WebSocket; group: joining. */
  readonly hop: 'negotiate' | 'service' | 'group';
  readonly problem: string;
  /** Milliseconds that the other side asked to be left alone; at least this long is waited. */
  readonly leastWaitMs?: number;
  /** A quota is used up: the service takes no connection until it is renewed. */
  readonly isSpent?: boolean;
}

/** Time that passes before asking again about something that only a person can change. */
const PATIENCE_MS = 15_000;
const LONGEST_RETRY_AFTER_MS = 300_000;
/** A quota is renewed once a day; asking every few minutes is enough. */
const SPENT_MS = 180_000;

export const negotiateUnreachable: Failure = { hop: 'negotiate', problem: 'The negotiate service cannot be reached.' };
export const negotiateTimedOut: Failure = {
  hop: 'negotiate',
  problem: 'The negotiate service did not answer in time.',
};
export const offline: Failure = { hop: 'negotiate', problem: 'This computer is offline.' };

export const serviceTimedOut: Failure = { hop: 'service', problem: 'The Web PubSub service did not answer in time.' };
export const serviceSilent: Failure = {
  hop: 'service',
  problem: 'The Web PubSub service went silent; the connection was given up.',
};
export const blockedInsecure: Failure = {
  hop: 'service',
  problem:
    'The page came over https, but negotiate names a ws:// address on another host, which browsers refuse. Set PUBLIC_URL to an https address.',
  leastWaitMs: PATIENCE_MS,
};

/** The answer of negotiate was not 2xx; `body` is its text. */
export function negotiateRefused(status: number, body: string, retryAfter: string | null, now: number): Failure {
  const wait = retryAfterMs(retryAfter, now);
  return {
    hop: 'negotiate',
    problem: messageOf(body) || `The negotiate service answered with status ${String(status)}.`,
    ...(wait > 0 ? { leastWaitMs: wait } : {}),
  };
}

/** The answer of negotiate was 2xx and not what it should be, as when a proxy or a login page answers in its place. */
export function negotiateUnexpected(seen: string): Failure {
  return { hop: 'negotiate', problem: `The negotiate service answered ${seen} where {"url", "group"} was expected.` };
}

/**
 * The service did not accept the WebSocket; `isLasting` if it did not for some time. A browser tells no reason, so that
 * a service that is down and one without room look alike.
 */
export function serviceRefused(isLasting: boolean): Failure {
  const hint = isLasting
    ? ' It may be down, or have no room: a Free service takes 20 connections at a time and 20,000 messages a day.'
    : '';
  return { hop: 'service', problem: `The Web PubSub service did not accept the connection.${hint}` };
}

/** The WebSocket closed after it was open; `said` is the text of the service's `disconnected` message, if one came. */
export function serviceClosed(code: number, reason: string, said: string): Failure {
  const why = said || reason;
  if (/\bquota\b/i.test(why)) return quotaSpent(why);
  if (why) return { hop: 'service', problem: `The Web PubSub service closed the connection: ${why}` };
  // RFC 6455 7.4.1: 1006 means that no close frame came.
  if (code === 1006) return { hop: 'service', problem: 'The connection to the Web PubSub service was lost.' };
  const meaning = MEANINGS[code] ?? '';
  return { hop: 'service', problem: `The Web PubSub service closed the connection (code ${String(code)}${meaning}).` };
}

/** RFC 6455 7.4.1 and IANA's registry of close codes. */
const MEANINGS: Readonly<Record<number, string>> = {
  1001: ', it goes away',
  1011: ', an error of its own',
  1012: ', it restarts',
  1013: ', try again later',
};

/** Learn: the Free tier has 20,000 messages a day, and the day begins at 00:00 UTC. */
function quotaSpent(why: string): Failure {
  return {
    hop: 'service',
    problem: `The Web PubSub service closed the connection: ${why} The daily quota is renewed at 00:00 UTC.`,
    leastWaitMs: SPENT_MS,
    isSpent: true,
  };
}

/** The service answered joinGroup with a failure. */
export function joinRefused(error: string, reason: string): Failure {
  const problem =
    error === 'Forbidden'
      ? 'The Web PubSub service does not allow this page to read the group. Its access token lacks the role to join; check what negotiate hands out.'
      : `The Web PubSub service refused to let this page join the group: ${reason || error}`;
  return { hop: 'group', problem, leastWaitMs: PATIENCE_MS };
}

/** Our services answer errors as {"error": code, "message": text for people}. */
function messageOf(body: string): string {
  try {
    const answer = JSON.parse(body) as { message?: unknown } | null;
    return typeof answer?.message === 'string' ? answer.message : '';
  } catch {
    return '';
  }
}

/** RFC 9110 10.2.3: seconds, or a date. */
function retryAfterMs(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), LONGEST_RETRY_AFTER_MS) : 0;
}
