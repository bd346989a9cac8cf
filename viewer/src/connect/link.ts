/**
 * The page's end of the shared connection: finds the hub, tells it what happens to the page, and hands on what the hub
 * delivers. It decides nothing about the connection, and keeps nothing but how far it got.
 */

import { readFrame, type Frame } from './frames';
import { Hub } from './hub';
import { watch } from './lease';
import type { Standing, ToHub, ToTab } from './news';
import { Pulse } from './pulse';
import type { Delivery } from './ring';
import type { Phase } from './session';

const PULSE_MS = 10_000;

export interface Watcher {
  /** A message of the group; `at` is when it came, in ms since 1970. */
  message: (frame: Extract<Frame, { type: 'message' }>, at: number) => void;
  /** The group is joined; `awayMs` since it was lost, undefined if it was not. */
  joined: (awayMs: number | undefined, at: number) => void;
  /** So many messages came while this page slept, and were not kept. */
  missed: (messages: number, at: number) => void;
  /** Calls `then` when all that was handed over so far has been dealt with. */
  afterAll: (then: () => void) => void;
}

export class Link {
  phase: Phase = { name: 'negotiating', since: Date.now(), failure: undefined };
  private readonly pulse = new Pulse();
  private port: MessagePort | undefined;
  /** The hub of this page alone, where there is no shared worker. */
  private own: Hub | undefined;
  private standing: Standing | undefined;
  /** Ends the wait for the end of the shared worker; undefined while there is none. */
  private vigil: AbortController | undefined;
  /** When the last hub was heard of that this page had before, in ms since 1970; until the next one is in the group. */
  private lostAt: number | undefined;
  private heardAt = Date.now();

  constructor(private readonly watcher: Watcher) {}

  start(): void {
    this.meet();
    setInterval(this.beat, PULSE_MS);
    addEventListener('online', () => {
      this.tell({ say: 'online' });
    });
    addEventListener('offline', this.woke);
    document.addEventListener('visibilitychange', this.woke);
    // Page Lifecycle: the page was frozen and goes on.
    document.addEventListener('resume', this.woke);
    // A page that leaves may come back out of the back-forward cache, which takes only pages without connections.
    addEventListener('pagehide', this.part);
    window.addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.meet();
    });
  }

  readonly retry = (): void => {
    this.tell({ say: 'retry' });
  };

  private readonly woke = (): void => {
    this.tell({ say: 'woke' });
  };

  private readonly beat = (): void => {
    if (this.pulse.tick() === 'ask') this.tell({ say: 'there' });
    else this.meet();
  };

  private readonly part = (): void => {
    this.tell({ say: 'bye' });
    this.vigil?.abort();
    this.vigil = undefined;
    this.port?.close();
    this.port = undefined;
  };

  /** Finds a hub and says where this page stands. */
  private readonly meet = (): void => {
    this.part();
    const port = this.own === undefined ? (this.shared() ?? this.alone()) : this.alone();
    port.onmessage = ({ data }: MessageEvent<ToTab>) => {
      if (port === this.port) this.hear(data);
    };
    this.port = port;
    this.pulse.heard();
    this.tell({ say: 'hello', page: document.baseURI, has: this.standing });
  };

  /** The port of the shared worker; undefined where the browser has none, or refuses it to this page. */
  private shared(): MessagePort | undefined {
    if (typeof SharedWorker === 'undefined') return undefined;
    try {
      const worker = new SharedWorker(new URL('./shared-worker.ts', import.meta.url), { type: 'module' });
      worker.onerror = () => {
        if (worker.port === this.port) this.leaveWorker();
      };
      return worker.port;
    } catch {
      return undefined;
    }
  }

  /** The shared worker cannot be loaded, as when a new version of the page took its place: this page does without. */
  private leaveWorker(): void {
    this.own = new Hub();
    this.meet();
  }

  private alone(): MessagePort {
    this.own ??= new Hub();
    const { port1, port2 } = new MessageChannel();
    this.own.connect(port1);
    return port2;
  }

  private hear(message: ToTab): void {
    const now = Date.now();
    const { heardAt } = this;
    this.heardAt = now;
    this.pulse.heard();
    if (message.say === 'here') return;
    this.phase = message.phase;
    if (this.own === undefined) this.keepVigil(message.hub);
    // Another hub knows nothing of what this page has: what came between the two is missing.
    if (this.standing !== undefined && this.standing.hub !== message.hub) this.lostAt ??= heardAt;
    if (this.lostAt !== undefined && (message.phase.name === 'joined' || message.items.length > 0)) {
      this.watcher.joined(now - this.lostAt, now);
      this.lostAt = undefined;
    }
    if (message.missed > 0) this.watcher.missed(message.missed, now);
    for (const item of message.items) this.take(item);
    this.standing = { hub: message.hub, next: message.next };
    const { port } = this;
    this.watcher.afterAll(() => {
      if (port === this.port) this.tell({ say: 'taken' });
    });
  }

  private keepVigil(hub: string): void {
    if (this.vigil !== undefined) return;
    this.vigil = new AbortController();
    watch(hub, this.vigil.signal, this.meet);
  }

  private take(item: Delivery): void {
    if (item.kind === 'joined') {
      this.watcher.joined(item.awayMs, item.at);
      return;
    }
    const frame = readFrame(item.text);
    if (frame.type === 'message') this.watcher.message(frame, item.at);
  }

  private tell(message: ToHub): void {
    this.port?.postMessage(message);
  }
}
