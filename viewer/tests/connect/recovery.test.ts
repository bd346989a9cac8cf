import { describe, expect, test } from 'vitest';
import { serviceTimedOut } from '../../src/connect/failures';
import type { Frame } from '../../src/connect/frames';
import { Session, type Action } from '../../src/connect/session';

const ACCESS = { url: 'ws://localhost/client/hubs/h?access_token=T', group: 'stream' };
const RECOVERY = 'ws://localhost/client/hubs/h?awps_connection_id=c1&awps_reconnection_token=R';
const GREETING: Frame = { type: 'connected', connectionId: 'c1', reconnectionToken: 'R' };
const PONG: Frame = { type: 'pong' };
const NEGOTIATE: Action = { do: 'negotiate' };
const KEPT: Action = { do: 'abandon', isFinal: false };

function message(sequenceId: number): Frame {
  const raw = `message ${String(sequenceId)}`;
  return { type: 'message', dataType: 'json', data: {}, fromUserId: '', sequenceId, raw };
}

/** A session that joined its group over a reliable connection, took the messages 1 and 2, and last heard at `heard`. */
function joined(heard = 59_990): Session {
  const session = new Session(() => 0, 0);
  session.start(0);
  session.negotiated(ACCESS, 0);
  session.opened(0);
  session.received(GREETING, 0);
  session.received({ type: 'ack', ackId: 1, success: true, error: '', reason: '' }, 0);
  session.received(message(1), 0);
  session.received(message(2), 0);
  session.received(PONG, heard);
  return session;
}

describe('a lost connection', () => {
  test('W3: is recovered without a token, without joining and without a gap', () => {
    const session = joined();
    expect(session.closed(1006, '', 60_000)).toEqual([KEPT]);
    expect(session.tick(60_000)).toEqual([{ do: 'open', url: RECOVERY }]);
    expect(session.opened(60_050)).toEqual([{ do: 'send', text: '{"type":"ping"}' }]);
    expect(session.received(PONG, 60_100)).toEqual([]);
    expect(session.phase).toEqual({ name: 'joined', since: 60_100, recoveredMs: 100 });
  });

  test('W4: what was sent again is not shown again, but acknowledged', () => {
    const session = joined();
    session.closed(1006, '', 60_000);
    session.tick(60_000);
    session.opened(60_050);
    expect(session.received(message(2), 60_060)).toEqual([
      { do: 'send', text: '{"type":"sequenceAck","sequenceId":2}' },
    ]);
    expect(session.received(message(3), 60_061)).toContainEqual({ do: 'deliver', text: 'message 3' });
  });

  test('W3: is tried for 30 s, about once a second, whatever the answer; then a new one is made', () => {
    const session = joined();
    session.closed(1006, '', 60_000);
    let [attempts, now] = [0, 60_000];
    for (; session.phase.name !== 'negotiating'; now += 100) {
      session.tick(now);
      if (session.phase.name === 'recovering') {
        attempts += 1;
        session.closed(1006, '', now);
      }
    }
    expect(attempts).toBeGreaterThan(20);
    expect(attempts).toBeLessThan(70);
    expect(now - 60_000).toBeGreaterThanOrEqual(30_000);
    expect(now - 60_000).toBeLessThan(32_000);
  });

  test('W3: that the service does not know any more (1008) gives way to a new one at once', () => {
    const session = joined();
    session.closed(1006, '', 60_000);
    session.tick(60_000);
    session.opened(60_010);
    expect(session.closed(1008, 'The connection could not be recovered.', 60_020)).toEqual([NEGOTIATE]);
    session.negotiated(ACCESS, 60_030);
    expect(session.opened(60_040)).toEqual([{ do: 'send', text: '{"type":"joinGroup","group":"stream","ackId":2}' }]);
    const welcomed = session.received({ type: 'ack', ackId: 2, success: true, error: '', reason: '' }, 60_050);
    expect(welcomed).toEqual([{ do: 'welcome', afterMs: 50 }]);
  });

  test('W4: the service that closed it for good (1008) is not asked to recover it', () => {
    const session = joined();
    expect(session.closed(1008, 'SlowClient', 60_000)).toEqual([{ do: 'abandon', isFinal: true }]);
    expect(session.retry(60_000)).toEqual([NEGOTIATE]);
  });

  test('W8: that was silent is left so that it can be recovered', () => {
    const session = joined(0);
    const done: Action[] = [];
    for (let now = 0; now < 32_000; now += 500) done.push(...session.tick(now));
    expect(done).toContainEqual(KEPT);
    expect(done).toContainEqual({ do: 'open', url: RECOVERY });
  });

  test('V16: of hours ago is tried once, for the service may not know that it is lost', () => {
    const eightHours = 8 * 3_600_000;
    const session = joined();
    session.closed(1006, '', eightHours);
    expect(session.retry(eightHours)).toEqual([{ do: 'open', url: RECOVERY }]);
  });

  test('is not recovered before it had joined', () => {
    const session = new Session(() => 0, 0);
    session.start(0);
    session.negotiated(ACCESS, 0);
    session.opened(0);
    session.received(GREETING, 0);
    expect(session.failed(serviceTimedOut, 20_000)).toEqual([{ do: 'abandon', isFinal: true }]);
    expect(session.retry(20_000)).toEqual([NEGOTIATE]);
  });

  test('counts its messages anew when it was not recovered', () => {
    const session = joined();
    session.closed(1008, '', 60_000);
    session.retry(60_000);
    session.negotiated(ACCESS, 60_000);
    session.opened(60_000);
    expect(session.received(message(1), 60_000)).toContainEqual({ do: 'deliver', text: 'message 1' });
  });
});
