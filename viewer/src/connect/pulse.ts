/** Notices that the hub is gone: a shared worker that ends tells no one. Pure; each tick is a call. */

/** So many questions without an answer. Ticks count and not time: a page that sleeps does not tick. */
const UNANSWERED = 3;

export class Pulse {
  private asked = 0;

  heard(): void {
    this.asked = 0;
  }

  /** Whether to ask the hub if it is there, or to take it for lost. */
  tick(): 'ask' | 'lost' {
    if (this.asked < UNANSWERED) {
      this.asked += 1;
      return 'ask';
    }
    this.asked = 0;
    return 'lost';
  }
}
