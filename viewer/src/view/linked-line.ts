/** Goes to the line that an address names, now or when it comes, and says meanwhile that it is not there. */

import { isLine } from '../store/chunk';
import { element, say } from '../page/elements';
import type { Feed } from '../receive/feed';
import type { Backlog } from '../store/backlog';
import type { Desk } from './desk';
import type { LineReference } from './reference';

export class LinkedLine {
  private readonly panel = element('linked', HTMLElement);
  private readonly words = element('linked-words', HTMLElement);
  private awaited: LineReference | undefined;

  /** `given up` is called when the reader no more waits for it. */
  constructor(
    private readonly backlog: Backlog,
    private readonly feed: Feed,
    private readonly desk: Desk,
    private readonly givenUp: () => void,
  ) {
    element('linked-close', HTMLButtonElement).addEventListener('click', this.giveUp);
  }

  /** Waits for this line, or for none. */
  await(line: LineReference | undefined): void {
    this.awaited = line;
    this.panel.hidden = true;
  }

  /** Goes to the line if it is there; to be called now and then. `isLive` once lines can come. */
  look(isLive: boolean): void {
    if (this.awaited === undefined || !this.desk.isSettled) return;
    const key = this.find(this.awaited);
    if (key !== undefined) {
      this.await(undefined);
      this.desk.goTo(key);
    } else if (isLive) this.explain(this.awaited);
  }

  private explain({ identity, epoch, offset }: LineReference): void {
    const isKnown = this.feed.sources.all.some((source) => source.identity === identity);
    const name = isKnown ? this.desk.sourceName(identity) : 'a source that this page has not heard of';
    say(
      this.words,
      `at byte ${String(offset)} of ${name}${epoch === 1 ? '' : `, epoch ${String(epoch)}`}. This page holds what arrived since it was opened; if the line comes, the page goes there.`,
    );
    this.panel.hidden = false;
  }

  private find({ identity, epoch, offset }: LineReference): number | undefined {
    const life = this.feed.lifeOf(identity, epoch);
    const place = life === undefined ? undefined : this.backlog.findOffset(life, offset);
    const chunk = place === undefined ? undefined : this.backlog.chunks[place.chunk];
    if (place === undefined || chunk === undefined) return undefined;
    // The divider of a gap may stand at the same offset, before the line.
    for (let { index } = place; chunk.offsets[index] === offset && chunk.lives[index] === life; index += 1)
      if (isLine(chunk.note(index))) return chunk.firstKey + index;
    return undefined;
  }

  private readonly giveUp = (): void => {
    this.await(undefined);
    this.givenUp();
  };
}
