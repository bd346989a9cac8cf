/**
 * Keeps what the reader has before the eyes in place while other lines come to be shown: under another filter, or all
 * of them around one line. It decides nothing about what is shown.
 */

import type { Sieve } from '../find/sieve';
import type { Backlog } from '../store/backlog';
import type { Stage } from './stage';

/** A line that is not in view comes to stand so far down the view, as a share of its height. */
export const EYE = 1 / 3;

/** A line whose context is shown has so many pixels of it above, under the note that says so, and below, if possible. */
const ABOVE_PX = 120;
const BELOW_PX = 100;

/** A line, and where it is in the view, in pixels. */
interface Seen {
  readonly key: number;
  readonly y: number;
}

export interface Owner {
  /** The reader looks at a line: following would move it. */
  readonly away: () => void;
  /** Asks for another drawing. */
  readonly again: () => void;
}

export class Sifting {
  /** What was in view before the sieve changed, from the top. */
  private seen: readonly Seen[] = [];
  /** The line whose context is shown. */
  private looked: Seen | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly backlog: Backlog,
    private readonly sieve: Sieve,
    private readonly owner: Owner,
  ) {}

  /** The sieve is about to change. */
  readonly begin = (): void => {
    if (this.seen.length === 0 && !this.stage.isLive) this.seen = this.stage.rowsInView();
  };

  /**
   * The sieve has changed. Of the lines in view that are still shown one stays where it is: the one pointed at, the one
   * that stayed the last time, the first. `isNew`: under another query.
   */
  end(isNew: boolean): void {
    const rank = (key: number): number =>
      key === this.stage.painter.current ? 0 : key === this.stage.anchor.key ? 1 : 2;
    const [left] = this.seen
      .filter(({ key }) => this.isShown(key))
      .sort((one, other) => rank(one.key) - rank(other.key));
    this.seen = [];
    // The reader is on the way to another line, and looks at what is in view no more.
    if (this.stage.brought !== undefined && this.isShown(this.stage.brought)) return;
    if (left !== undefined) this.stage.anchor.holdAt(left.key, this.stage.area.scrollTop + left.y);
    // Lines that come under the same query leave the reader's hand alone.
    if (isNew) this.stage.mustSettle = true;
    this.owner.again();
  }

  /**
   * Shows all lines around the line `key`, which stays where it is unless that leaves no room for them; `back` shows
   * what was shown before.
   */
  showContext(key: number): void {
    const row = this.stage.rowsInView().find((seen) => seen.key === key);
    const { view } = this.stage.area;
    const y = row?.y ?? EYE * view;
    const [least, most] = [Math.min(ABOVE_PX, view / 2), Math.max(view - BELOW_PX, view / 2)];
    this.stage.painter.current = key;
    this.lookAt({ key, y: Math.max(least, Math.min(most, y)) }, true);
    this.looked = { key, y };
  }

  back(): void {
    if (this.looked !== undefined) this.lookAt(this.looked, false);
    this.looked = undefined;
  }

  private lookAt({ key, y }: Seen, isLifted: boolean): void {
    this.owner.away();
    this.sieve.lift(isLifted);
    this.stage.bring(key, y);
    this.owner.again();
  }

  private isShown(key: number): boolean {
    const place = this.backlog.find(key);
    const chunk = place === undefined ? undefined : this.backlog.chunks[place.chunk];
    return place !== undefined && chunk !== undefined && this.sieve.isShown(chunk, place.index);
  }
}
