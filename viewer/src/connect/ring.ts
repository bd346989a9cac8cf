/**
 * Keeps the latest of what came over the connection, for tabs that come late or fall behind. Pure, and of bounded size:
 * the oldest is dropped. Numbers count what came from 0 and are never used again.
 */

export type Delivery =
  /** The frame of a message of the group, as it came. */
  | { readonly kind: 'message'; readonly text: string; readonly at: number }
  /** The group was joined; what came in the `awayMs` before was missed. Undefined the first time. */
  | { readonly kind: 'joined'; readonly awayMs: number | undefined; readonly at: number };

/** What a delivery takes beside its text, in characters. */
const OVERHEAD = 100;

export class Ring {
  private items: Delivery[] = [];
  /** Items at the front that are dropped already. */
  private dropped = 0;
  private first = 0;
  private cost = 0;

  /** `capacity` in characters. */
  constructor(private readonly capacity: number) {}

  /** The number that the next delivery gets. */
  get next(): number {
    return this.first + this.items.length - this.dropped;
  }

  append(delivery: Delivery): void {
    this.items.push(delivery);
    this.cost += costOf(delivery);
    while (this.cost > this.capacity && this.items.length - this.dropped > 1) this.drop();
  }

  /**
   * The deliveries from number `from` on, of `most` characters at most, but at least one if there is any; `missed` are
   * dropped.
   */
  after(from: number, most: number): { items: Delivery[]; missed: number; next: number; cost: number } {
    const start = Math.max(from, this.first);
    const items: Delivery[] = [];
    let cost = 0;
    for (let index = start - this.first + this.dropped; index < this.items.length; index += 1) {
      const item = this.items[index];
      if (item === undefined || (items.length > 0 && cost + costOf(item) > most)) break;
      items.push(item);
      cost += costOf(item);
    }
    return { items, missed: start - from, next: start + items.length, cost };
  }

  /** The number from which on the deliveries have `most` characters at most. */
  latest(most: number): number {
    let cost = 0;
    let number = this.next;
    for (let index = this.items.length - 1; index >= this.dropped; index -= 1) {
      const item = this.items[index];
      if (item === undefined || (cost += costOf(item)) > most) break;
      number -= 1;
    }
    return number;
  }

  private drop(): void {
    const item = this.items[this.dropped];
    if (item !== undefined) this.cost -= costOf(item);
    this.dropped += 1;
    this.first += 1;
    if (this.dropped * 2 <= this.items.length) return;
    this.items = this.items.slice(this.dropped);
    this.dropped = 0;
  }
}

function costOf(delivery: Delivery): number {
  return OVERHEAD + (delivery.kind === 'message' ? delivery.text.length : 0);
}
