/**
 * Gives each source a colour: the same on every visit where it can be, and another than its neighbours' as long as
 * there are some.
 */

/** How many colours the style sheet has (`.hue-0` to `.hue-9`). None of them is red, which would read as an error. */
export const HUES = 10;
/** Neighbours in the palette are alike; steps of three lead through all of it. */
const STEP = 3;

export class Colours {
  private readonly uses: number[] = new Array<number>(HUES).fill(0);

  /** The colour for a source, by its identity and, where that colour is in use more than others, the next one. */
  choose(identity: string): number {
    const preferred = hash(identity) % HUES;
    const order = this.uses.map((_, index) => (preferred + index * STEP) % HUES);
    const least = Math.min(...this.uses);
    const chosen = order.find((hue) => this.uses[hue] === least) ?? preferred;
    this.uses[chosen] = least + 1;
    return chosen;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
