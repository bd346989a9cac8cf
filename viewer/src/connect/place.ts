/**
 * Where one tab stands in the ring, and what it may be sent now. A tab that sleeps takes nothing, so that it is sent
 * nothing beyond a window, however long it sleeps; the ring keeps the rest for it. Pure.
 */

import type { ToTab } from './news';
import type { Ring } from './ring';
import type { Phase } from './session';

type News = Extract<ToTab, { say: 'news' }>;

/** In characters, of what was sent to the tab and not yet taken. */
const WINDOW = 2_000_000;
const WINDOW_NEWS = 32;
/** In characters; a tab deals with so much in a few milliseconds, and draws between two. */
const ONE_NEWS = 256_000;

export class Place {
  private readonly inFlight: number[] = [];
  private inFlightCost = 0;
  private phase: Phase | undefined;

  constructor(
    private readonly hub: string,
    private next: number,
  ) {}

  /** The next news for the tab; undefined if there is none, or if it has to take others first. */
  pull(ring: Ring, phase: Phase): News | undefined {
    const isNew = phase !== this.phase || this.next < ring.next;
    if (!isNew || this.inFlight.length >= WINDOW_NEWS || this.inFlightCost >= WINDOW) return undefined;
    const { items, missed, next, cost } = ring.after(this.next, ONE_NEWS);
    this.next = next;
    this.phase = phase;
    this.inFlight.push(cost);
    this.inFlightCost += cost;
    return { say: 'news', hub: this.hub, phase, missed, items, next };
  }

  /** The tab has dealt with the oldest news in flight. */
  taken(): void {
    this.inFlightCost -= this.inFlight.shift() ?? 0;
  }
}
