import { describe, expect, test } from 'vitest';
import { negotiateUnreachable } from '../../src/connect/failures';
import type { Frame } from '../../src/connect/frames';
import { Session, type Action } from '../../src/connect/session';

const ACCESS = { url: 'ws://localhost/client?access_token=T', group: 'stream' };
const PING: Action = { do: 'send', text: '{"type":"ping"}' };
const GIVEN_UP: Action = { do: 'abandon', isFinal: true };
const PONG: Frame = { type: 'pong' };
const ack = (ackId: number, error = ''): Frame => ({ type: 'ack', ackId, success: error === '', error, reason: error });

/** A session that has joined its group at 1,000 ms, without chance in its back-off. */
function joined(): Session {
  const session = new Session(() => 0, 0);
  session.start(0);
  session.negotiated(ACCESS, 0);
  session.opened(0);
  session.received(ack(1), 1_000);
  session.tick(1_000);
  return session;
}

/** Ticks twice a second from the last time to `until`, answering each ping if told so; returns the actions. */
function pass(session: Session, from: number, until: number, isAnswered: boolean): Action[] {
  const done: Action[] = [];
  for (let now = from; now <= until; now += 500) {
    const actions = session.tick(now);
    done.push(...actions);
    if (isAnswered && actions.some(({ do: what }) => what === 'send')) session.received(PONG, now);
  }
  return done;
}

describe('connecting', () => {
  test('goes from negotiate over the socket to the group', () => {
    const session = new Session(() => 0, 0);
    expect(session.start(0)).toEqual([{ do: 'negotiate' }]);
    expect(session.negotiated(ACCESS, 10)).toEqual([{ do: 'open', url: ACCESS.url }]);
    expect(session.opened(20)).toEqual([{ do: 'send', text: '{"type":"joinGroup","group":"stream","ackId":1}' }]);
    expect(session.received(ack(1), 30)).toEqual([{ do: 'welcome', afterMs: undefined }]);
    expect(session.phase).toEqual({ name: 'joined', since: 30, recoveredMs: undefined });
  });

  test('a duplicate ack means that the group was joined before', () => {
    const session = new Session(() => 0, 0);
    session.start(0);
    session.negotiated(ACCESS, 0);
    session.opened(0);
    session.received(ack(1, 'Duplicate'), 5);
    expect(session.phase.name).toBe('joined');
  });

  test('a refused join is a failure of the group, and is tried again with patience', () => {
    const session = new Session(() => 0, 0);
    session.start(0);
    session.negotiated(ACCESS, 0);
    session.opened(0);
    expect(session.received(ack(1, 'Forbidden'), 0)).toEqual([GIVEN_UP]);
    expect(session.phase).toMatchObject({ name: 'waiting', retryAt: 15_000, failure: { hop: 'group' } });
  });

  test.each([
    [
      'negotiate',
      (): Session => {
        const session = new Session(() => 0, 0);
        session.start(0);
        return session;
      },
    ],
    [
      'service',
      (): Session => {
        const session = new Session(() => 0, 0);
        session.start(0);
        session.negotiated(ACCESS, 0);
        return session;
      },
    ],
    [
      'service',
      (): Session => {
        const session = new Session(() => 0, 0);
        session.start(0);
        session.negotiated(ACCESS, 0);
        session.opened(0);
        return session;
      },
    ],
  ])('a step that takes too long fails at its hop (%s)', (hop, begun) => {
    const session = begun();
    expect(session.tick(14_999)).toEqual([]);
    expect(session.tick(15_000)).toEqual([GIVEN_UP]);
    expect(session.phase).toMatchObject({ name: 'waiting', failure: { hop } });
  });
});

describe('reconnecting', () => {
  test('never ends, waits longer each time, and keeps the reason in view meanwhile', () => {
    const session = new Session(() => 0, 0);
    session.start(0);
    const waits: number[] = [];
    let now = 0;
    for (let round = 0; round < 50; round += 1) {
      session.failed(negotiateUnreachable, now);
      const { phase } = session;
      if (phase.name !== 'waiting') throw new Error(phase.name);
      waits.push(phase.retryAt - now);
      now = phase.retryAt;
      expect(session.tick(now)).toEqual([{ do: 'negotiate' }]);
      expect(session.phase).toMatchObject({ name: 'negotiating', failure: negotiateUnreachable });
    }
    expect(waits.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    expect(waits.at(-1)).toBe(40_000);
  });

  test('asks for a fresh URL, joins with a fresh ack id, and tells how long the page was away', () => {
    const session = joined();
    session.closed(1006, '', 20_000);
    session.tick(21_000);
    session.negotiated(ACCESS, 21_000);
    expect(session.opened(21_000)).toEqual([{ do: 'send', text: '{"type":"joinGroup","group":"stream","ackId":2}' }]);
    expect(session.received(ack(1), 21_100)).toEqual([]);
    expect(session.received(ack(2), 21_500)).toEqual([{ do: 'welcome', afterMs: 1_500 }]);
  });

  test('begins with the shortest wait after a good connection, and goes on with longer ones after a bad one', () => {
    const good = joined();
    good.closed(1006, '', 60_000);
    expect(good.phase).toMatchObject({ retryAt: 61_000 });
    const bad = joined();
    bad.closed(1006, '', 2_000);
    bad.retry(2_000);
    bad.negotiated(ACCESS, 2_000);
    bad.opened(2_000);
    bad.received(ack(2), 2_000);
    bad.closed(1006, '', 2_500);
    expect(bad.phase).toMatchObject({ retryAt: 4_500 });
  });

  test('does not wait when the reader does not want to', () => {
    const session = joined();
    session.closed(1001, '', 2_000);
    expect(session.retry(2_001)).toEqual([{ do: 'negotiate' }]);
    expect(session.retry(2_002)).toEqual([]);
  });

  test('quotes the farewell of the service', () => {
    const session = joined();
    session.received({ type: 'disconnected', message: 'Service reload' }, 2_000);
    session.closed(1000, '', 2_000);
    expect(session.phase).toMatchObject({ failure: { problem: expect.stringContaining('Service reload') as string } });
  });

  test('what is reported of an attempt that was given up changes nothing', () => {
    const session = joined();
    session.closed(1006, '', 2_000);
    const { phase } = session;
    expect([session.negotiated(ACCESS, 2_001), session.opened(2_002), session.closed(1000, '', 2_003)]).toEqual([
      [],
      [],
      [],
    ]);
    expect(session.phase).toBe(phase);
  });
});

describe('keeping alive', () => {
  test('pings every 20 s while answers come', () => {
    const session = joined();
    const actions = pass(session, 1_500, 81_000, true);
    expect(actions).toEqual([PING, PING, PING, PING]);
    expect(session.phase.name).toBe('joined');
  });

  test('gives a silent socket up, some seconds after an unanswered ping', () => {
    const session = joined();
    expect(pass(session, 1_500, 30_500, false)).toEqual([PING, GIVEN_UP]);
    expect(session.phase).toMatchObject({
      name: 'waiting',
      failure: { hop: 'service', problem: expect.stringContaining('silent') as string },
    });
  });

  test('any frame is an answer', () => {
    const session = joined();
    pass(session, 1_500, 21_000, false);
    session.received({ type: 'unknown' }, 25_000);
    pass(session, 21_500, 39_000, false);
    expect(session.phase.name).toBe('joined');
  });

  test('V16: after sleep asks at once, and judges only when that is not answered', () => {
    const eightHours = 8 * 3_600_000;
    const session = joined();
    expect(session.tick(eightHours)).toEqual([PING]);
    expect(pass(session, eightHours + 500, eightHours + 5_000, false)).toEqual([]);
    expect(session.tick(eightHours + 5_500)).toEqual([GIVEN_UP]);
  });

  test('a page that slept over an unanswered ping asks once more, as answers may still be under way', () => {
    const session = joined();
    pass(session, 1_500, 20_000, false);
    expect(session.tick(90_000)).toEqual([PING]);
    session.received(PONG, 90_001);
    expect(pass(session, 90_500, 109_500, false)).toEqual([]);
  });

  test('a hidden page whose clock ticks once a minute finds a dead socket too', () => {
    const session = joined();
    expect(session.tick(61_000)).toEqual([PING]);
    expect(session.tick(121_000)).toEqual([PING]);
    expect(session.tick(181_000)).toEqual([GIVEN_UP]);
  });

  test('a hidden page whose clock ticks once a minute keeps a live socket', () => {
    const session = joined();
    for (let now = 61_000; now < 3_600_000; now += 60_000) {
      expect(session.tick(now)).toEqual([PING]);
      session.received(PONG, now + 50);
    }
    expect(session.phase.name).toBe('joined');
  });
});

test('V16: a socket that slept for 8 h and is dead counts as lost since its last sign of life', () => {
  const eightHours = 8 * 3_600_000;
  const session = joined();
  session.tick(eightHours);
  pass(session, eightHours + 500, eightHours + 7_000, false);
  session.negotiated(ACCESS, eightHours + 7_000);
  session.opened(eightHours + 7_000);
  expect(session.received(ack(2), eightHours + 9_000)).toEqual([{ do: 'welcome', afterMs: eightHours + 8_000 }]);
});

describe('what happens to the page', () => {
  test('V17: a change of the network has the connection asked at once, and given up soon', () => {
    const session = joined();
    expect(session.woke(3_000)).toEqual([PING]);
    expect(session.woke(3_100)).toEqual([]);
    expect(pass(session, 3_500, 8_500, false)).toEqual([GIVEN_UP]);
  });

  test('V17: a network that is back ends the wait, unless the other side asked for peace', () => {
    const session = joined();
    session.closed(1006, '', 2_000);
    expect(session.online(2_001)).toEqual([{ do: 'negotiate' }]);
    session.failed({ ...negotiateUnreachable, leastWaitMs: 60_000 }, 3_000);
    expect(session.online(3_001)).toEqual([]);
    expect(session.retry(3_002)).toEqual([{ do: 'negotiate' }]);
  });

  test('waking does not end a wait that is not over', () => {
    const session = joined();
    session.closed(1006, '', 2_000);
    expect(session.woke(2_001)).toEqual([]);
    expect(session.woke(3_001)).toEqual([{ do: 'negotiate' }]);
  });
});

describe('a service that takes no more', () => {
  test('W10: is left alone for minutes while its quota is used up, however it refuses then', () => {
    const session = joined();
    session.closed(1008, 'The message quota of today is used up.', 20_000);
    for (let now = 20_000, round = 0; round < 5; round += 1) {
      const { phase } = session;
      if (phase.name !== 'waiting') throw new Error(phase.name);
      expect(phase.failure.problem).toContain('00:00 UTC');
      expect(phase.retryAt - now).toBeGreaterThanOrEqual(120_000);
      now = phase.retryAt;
      session.tick(now);
      session.negotiated(ACCESS, now);
      session.closed(1006, '', now);
    }
  });

  test('W11: is asked less and less often, and the reader told of the limits', () => {
    const session = new Session(() => 0, 0);
    session.start(0);
    let attempts = 0;
    for (let now = 0; now < 3_600_000; now += 500) {
      if (session.phase.name === 'negotiating') session.negotiated(ACCESS, now);
      if (session.phase.name === 'connecting') {
        attempts += 1;
        session.closed(1006, '', now);
      }
      session.tick(now);
    }
    expect(attempts).toBeLessThan(100);
    expect(session.phase).toMatchObject({
      failure: { problem: expect.stringContaining('20 connections') as string },
    });
  });

  test('W6: a token that was refused leads to exactly one new one', () => {
    const session = new Session(() => 0, 0);
    const done = session.start(0);
    session.negotiated(ACCESS, 0);
    done.push(...session.closed(1006, '', 10));
    for (let now = 500; now < 2_000; now += 500) done.push(...session.tick(now));
    expect(done.filter(({ do: what }) => what === 'negotiate')).toHaveLength(2);
  });
});
