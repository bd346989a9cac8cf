/**
 * Does what the session decides: asks negotiate, opens the WebSocket, sends, waits. It decides nothing itself, and
 * reads no message. The client URL passes through it once, from negotiate to WebSocket, and is kept nowhere.
 */

import { readAccess } from './access';
import { negotiateRefused, negotiateUnreachable, offline, blockedInsecure } from './failures';
import { readFrame, SUBPROTOCOL, type Frame } from './frames';
import { Session, type Action, type Phase } from './session';

const TICK_MS = 500;

export interface Listener {
  /** A message of the group. */
  message: (frame: Extract<Frame, { type: 'message' }>, now: number) => void;
  /** The group was joined; `awayMs` since it was lost, undefined the first time. */
  joined: (awayMs: number | undefined, now: number) => void;
}

export class Connection {
  private readonly session = new Session(Math.random, Date.now());
  private request: AbortController | undefined;
  private socket: WebSocket | undefined;

  constructor(private readonly listener: Listener) {}

  get phase(): Phase {
    return this.session.phase;
  }

  start(): void {
    this.do(this.session.start(Date.now()));
    setInterval(this.tick, TICK_MS);
    // A page that wakes, or comes out of the back-forward cache, looks at its connection at once.
    document.addEventListener('visibilitychange', this.tick);
    addEventListener('pageshow', this.tick);
    addEventListener('online', this.retry);
  }

  readonly retry = (): void => {
    this.do(this.session.retry(Date.now()));
  };

  private readonly tick = (): void => {
    this.do(this.session.tick(Date.now()));
  };

  private do(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.do === 'negotiate') void this.negotiate();
      else if (action.do === 'open') this.open(action.url);
      else if (action.do === 'send') this.socket?.send(action.text);
      else if (action.do === 'abandon') this.abandon();
      else this.listener.joined(action.afterMs, Date.now());
    }
  }

  private async negotiate(): Promise<void> {
    this.abandon();
    const request = new AbortController();
    this.request = request;
    const actions = await this.ask(request.signal);
    if (!request.signal.aborted) this.do(actions);
  }

  private async ask(signal: AbortSignal): Promise<Action[]> {
    try {
      // Relative to the page, so that it may be served under any path.
      const answer = await fetch(new URL('negotiate', document.baseURI), {
        signal,
        cache: 'no-store',
        headers: { Accept: 'application/json' },
      });
      const body = await answer.text();
      const now = Date.now();
      if (!answer.ok)
        return this.session.failed(negotiateRefused(answer.status, body, answer.headers.get('Retry-After'), now), now);
      const access = readAccess(body, new URL(document.baseURI));
      return 'url' in access ? this.session.negotiated(access, now) : this.session.failed(access, now);
    } catch {
      return signal.aborted ? [] : this.session.failed(navigator.onLine ? negotiateUnreachable : offline, Date.now());
    }
  }

  private open(url: string): void {
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
      if (typeof data === 'string') this.receive(data);
    };
    socket.onclose = ({ code, reason }) => {
      this.do(this.session.closed(code, reason, Date.now()));
    };
  }

  private receive(data: string): void {
    const now = Date.now();
    const frame = readFrame(data);
    this.do(this.session.received(frame, now));
    if (frame.type === 'message') this.listener.message(frame, now);
  }

  private abandon(): void {
    this.request?.abort();
    this.request = undefined;
    if (this.socket === undefined) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = undefined;
  }
}
