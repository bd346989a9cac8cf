/**
 * Does what the session decides: asks negotiate, opens the WebSocket, sends, waits. It decides nothing itself, and
 * reads no message. The client URL passes through it from negotiate to WebSocket, and is kept by the session alone.
 *
 * It runs in a page or in a shared worker, and touches neither.
 */

import { readAccess } from './access';
import { negotiateRefused, negotiateUnreachable, offline, blockedInsecure } from './failures';
import { readFrame, SUBPROTOCOL } from './frames';
import { Session, type Action, type Phase } from './session';

const TICK_MS = 500;
/** RFC 6455 7.4.2 leaves 4000 to 4999 to us. A connection that was closed with 1000 cannot be recovered. */
const COMING_BACK = 4000;

export interface Listener {
  /** The frame of a message of the group. */
  deliver: (text: string, now: number) => void;
  /** The group was joined; `awayMs` since it was lost, undefined the first time. */
  joined: (awayMs: number | undefined, now: number) => void;
  /** The phase may have changed. */
  changed: () => void;
}

export class Connection {
  private readonly session = new Session(Math.random, Date.now());
  private readonly clock: ReturnType<typeof setInterval>;
  private request: AbortController | undefined;
  private socket: WebSocket | undefined;

  /** `page` is the address of the page, which decides where negotiate is and what a browser may open. */
  constructor(
    private readonly page: URL,
    private readonly listener: Listener,
  ) {
    this.clock = setInterval(() => {
      this.do(this.session.tick(Date.now()));
    }, TICK_MS);
    this.do(this.session.start(Date.now()));
  }

  get phase(): Phase {
    return this.session.phase;
  }

  /** Ends it for good; the service need not keep anything. */
  stop(): void {
    clearInterval(this.clock);
    this.abandon(true);
  }

  retry(): void {
    this.do(this.session.retry(Date.now()));
  }

  online(): void {
    this.do(this.session.online(Date.now()));
  }

  woke(): void {
    this.do(this.session.woke(Date.now()));
  }

  private do(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.do === 'negotiate') void this.negotiate();
      else if (action.do === 'open') this.open(action.url);
      else if (action.do === 'send') this.socket?.send(action.text);
      else if (action.do === 'abandon') this.abandon(action.isFinal);
      else if (action.do === 'deliver') this.listener.deliver(action.text, Date.now());
      else this.listener.joined(action.afterMs, Date.now());
    }
    this.listener.changed();
  }

  private async negotiate(): Promise<void> {
    this.abandon(true);
    const request = new AbortController();
    this.request = request;
    const actions = await this.ask(request.signal);
    if (!request.signal.aborted) this.do(actions);
  }

  private async ask(signal: AbortSignal): Promise<Action[]> {
    try {
      // Relative to the page, so that it may be served under any path.
      const answer = await fetch(new URL('negotiate', this.page), {
        signal,
        cache: 'no-store',
        headers: { Accept: 'application/json' },
      });
      const body = await answer.text();
      const now = Date.now();
      if (!answer.ok)
        return this.session.failed(negotiateRefused(answer.status, body, answer.headers.get('Retry-After'), now), now);
      const access = readAccess(body, this.page);
      return 'url' in access ? this.session.negotiated(access, now) : this.session.failed(access, now);
    } catch {
      return signal.aborted ? [] : this.session.failed(navigator.onLine ? negotiateUnreachable : offline, Date.now());
    }
  }

  private open(url: string): void {
    this.abandon(false);
    let socket: WebSocket;
    try {
      socket = new WebSocket(url, SUBPROTOCOL);
    } catch {
      // The only reason left after readAccess: a secure page may not open ws://.
      this.do(this.session.failed(blockedInsecure, Date.now()));
      return;
    }
    this.socket = socket;
    socket.onopen = () => {
      this.do(this.session.opened(Date.now()));
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') this.do(this.session.received(readFrame(data), Date.now()));
    };
    socket.onclose = ({ code, reason }) => {
      this.do(this.session.closed(code, reason, Date.now()));
    };
  }

  private abandon(isFinal: boolean): void {
    this.request?.abort();
    this.request = undefined;
    if (this.socket === undefined) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close(isFinal ? 1000 : COMING_BACK);
    this.socket = undefined;
  }
}
