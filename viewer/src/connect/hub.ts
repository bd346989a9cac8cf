/**
 * Joins one connection to any number of tabs: each gets what comes from where it stands. It lives in a shared worker,
 * or in the page itself where there is none; it neither decodes nor shows what it passes on.
 */

import { Connection } from './connection';
import type { ToHub, ToTab } from './news';
import { Place } from './place';
import { Ring } from './ring';

/** In characters: 250,000 lines, or as many more as compression makes of them, which is more than a page keeps. */
const KEPT = 32_000_000;
/** In characters: what a tab that comes late is shown of the time before. */
const SHOWN_TO_NEW = 4_000_000;

export class Hub {
  readonly id = `${String(Date.now())}-${String(Math.random())}`;
  private readonly ring = new Ring(KEPT);
  private readonly tabs = new Map<MessagePort, Place>();
  private connection: Connection | undefined;
  private restSince: number | undefined;

  /** A tab has come. */
  connect(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<ToHub>) => {
      this.hear(port, data);
    };
    // Where browsers tell it; a tab that ended without a word takes no news, and costs nothing but its place.
    port.addEventListener('close', () => {
      this.leave(port);
    });
  }

  private hear(port: MessagePort, message: ToHub): void {
    switch (message.say) {
      case 'hello':
        this.tabs.set(port, new Place(this.id, this.placeOf(message.has)));
        this.connection ??= this.open(new URL(message.page));
        break;
      case 'taken':
        this.tabs.get(port)?.taken();
        break;
      case 'there':
        this.tell(port, { say: 'here' });
        break;
      case 'bye':
        this.leave(port);
        break;
      default:
        this.connection?.[message.say]();
    }
    this.pump();
  }

  private placeOf(has: { readonly hub: string; readonly next: number } | undefined): number {
    return has?.hub === this.id ? has.next : this.ring.latest(SHOWN_TO_NEW);
  }

  private open(page: URL): Connection {
    return new Connection(page, {
      deliver: (text, at) => {
        this.ring.append({ kind: 'message', text, at });
      },
      joined: (awayMs, at) => {
        const restedMs = this.restSince === undefined ? undefined : at - this.restSince;
        this.ring.append({ kind: 'joined', awayMs: awayMs ?? restedMs, at });
        this.restSince = undefined;
      },
      changed: () => {
        this.pump();
      },
    });
  }

  /** Tells each tab what it may be told now. */
  private pump(): void {
    if (this.connection === undefined) return;
    const { phase } = this.connection;
    for (const [port, place] of this.tabs)
      for (let news = place.pull(this.ring, phase); news; news = place.pull(this.ring, phase)) this.tell(port, news);
  }

  private tell(port: MessagePort, message: ToTab): void {
    port.postMessage(message);
  }

  private leave(port: MessagePort): void {
    if (this.tabs.delete(port) && this.tabs.size === 0) this.rest();
  }

  /**
   * Nobody watches: the service is left alone until somebody does. At once, for a browser that keeps the last page for
   * "back" lets neither it nor its worker run.
   */
  private rest(): void {
    if (this.connection === undefined) return;
    // What was not joined is not left either.
    if (this.connection.phase.name === 'joined') this.restSince = Date.now();
    this.connection.stop();
    this.connection = undefined;
  }
}
