import { expect, test } from 'vitest';
import { readFrame } from '../../src/connect/frames';
import { Place } from '../../src/connect/place';
import { Ring } from '../../src/connect/ring';
import { Session, type Action } from '../../src/connect/session';
import { decode } from '../../src/receive/envelope';
import { Feed } from '../../src/receive/feed';
import { Backlog } from '../../src/store/backlog';
import { AT } from '../support/messages';

const HOUR = 3_600_000;
const CAPACITY = 10_000;
const LINE_BYTES = 20;

/** A service, a hub and a page, as far as they are pure, driven by a clock that runs through a day at once. */
class Day {
  readonly session = new Session(() => 0.5, AT);
  readonly ring = new Ring(1_000_000);
  readonly place = new Place('hub', 0);
  readonly backlog = new Backlog(CAPACITY);
  readonly feed = new Feed(this.backlog);
  negotiated = 0;
  private sequence = 0;
  private offset = 0;
  private opened = false;

  /** The service's side of what the session does; it greets, lets join, answers pings and keeps nothing. */
  do(actions: readonly Action[], now: number): void {
    for (const action of actions) {
      if (action.do === 'negotiate') {
        this.negotiated += 1;
        this.sequence = 0;
        const url = 'wss://service/client/hubs/h?access_token=T';
        this.do(this.session.negotiated({ url, group: 'g' }, now), now);
      } else if (action.do === 'open') this.open(action.url, now);
      else if (action.do === 'send') this.answer(action.text, now);
      else if (action.do === 'abandon') this.opened = false;
      else if (action.do === 'deliver') this.ring.append({ kind: 'message', text: action.text, at: now });
      else this.ring.append({ kind: 'joined', awayMs: action.afterMs, at: now });
    }
  }

  /** 20 lines, whether anybody is there or not. */
  write(now: number): void {
    const lines = Array.from({ length: 20 }, (_, index) =>
      `line ${String(this.offset + index)}`.padEnd(LINE_BYTES - 1),
    );
    const { offset } = this;
    this.offset += lines.length * LINE_BYTES;
    if (!this.opened) return;
    this.sequence += 1;
    const data = {
      ...{ tailcast: 1, kind: 'lines', agent: 'a1', name: 'web-1', at: now, source: 's1', epoch: 1, path: '/app.log' },
      ...{ offset, lengths: lines.map(() => LINE_BYTES), lines },
    };
    this.say({ type: 'message', from: 'group', group: 'g', dataType: 'json', data, sequenceId: this.sequence }, now);
  }

  cut(code: number, now: number): void {
    this.opened = false;
    this.do(this.session.closed(code, '', now), now);
  }

  /** What a tab does with its news. */
  show(): void {
    for (let news = this.pull(); news; news = this.pull()) {
      for (const item of news.items) {
        if (item.kind === 'joined') this.feed.joined(item.awayMs, item.at);
        else {
          const frame = readFrame(item.text);
          if (frame.type === 'message') this.feed.take(decode(frame), item.at);
        }
      }
      this.place.taken();
    }
  }

  private pull(): ReturnType<Place['pull']> {
    return this.place.pull(this.ring, this.session.phase);
  }

  private open(url: string, now: number): void {
    this.opened = true;
    this.do(this.session.opened(now), now);
    if (!url.includes('awps_'))
      this.say({ type: 'system', event: 'connected', connectionId: 'c', reconnectionToken: 'R' }, now);
  }

  private answer(text: string, now: number): void {
    const { type, ackId } = JSON.parse(text) as { type: string; ackId?: number };
    if (type === 'ping') this.say({ type: 'pong' }, now);
    if (type === 'joinGroup') this.say({ type: 'ack', ackId, success: true }, now);
  }

  private say(frame: object, now: number): void {
    this.do(this.session.received(readFrame(JSON.stringify(frame)), now), now);
  }
}

test('V29: a day of 20 lines/s with a cut an hour and a restart every four: live, nothing lost unsaid, nothing grows', () => {
  const day = new Day();
  day.do(day.session.start(AT), AT);
  for (let now = AT; now < AT + 24 * HOUR; now += 1_000) {
    if (now > AT && (now - AT) % HOUR === 0) day.cut((now - AT) % (4 * HOUR) === 0 ? 1008 : 1006, now);
    day.do(day.session.tick(now), now);
    day.do(day.session.tick(now + 500), now + 500);
    day.write(now + 500);
    day.show();
  }
  expect(day.session.phase.name).toBe('joined');
  // Tokens: one at first, one after each restart, none after a cut that was recovered.
  expect(day.negotiated).toBe(1 + 5);
  expect(day.backlog.total).toBeGreaterThan(1_600_000);
  expect(day.backlog.lines).toBeLessThanOrEqual(CAPACITY);
  const [life] = [...day.feed.receiver.lives()];
  expect(life?.received.starts.length).toBeLessThanOrEqual(24);
  expect(life?.missing().every(({ from, to }) => to - from < 60 * 20 * LINE_BYTES)).toBe(true);
});
