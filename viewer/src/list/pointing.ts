/** The line that keys act on, and the lines that the reader picked. It draws nothing, and copies nothing. */

import type { Backlog } from '../store/backlog';
import type { Picked } from '../take/picked';
import type { Stage } from './stage';

/** The view moves by this share of its height when the line pointed at would leave it. */
const STEP = 1 / 3;

export interface Owner {
  /** The reader looks upwards. */
  readonly up: () => void;
  /** The reader looks at a line: following would move it, even where all lines fit into the view. */
  readonly away: () => void;
  /** What is picked has changed. */
  readonly changed: () => void;
  /** Asks for another drawing. */
  readonly again: () => void;
}

export class Pointing {
  constructor(
    private readonly stage: Stage,
    private readonly backlog: Backlog,
    private readonly owner: Owner,
  ) {}

  /** The lines that the reader picked. */
  get picked(): Picked {
    return this.stage.painter.picked;
  }

  /** The line pointed at or gone to, if there is one. */
  get pointed(): number | undefined {
    return this.stage.painter.current;
  }

  /** The line that keys act on: the one pointed at or gone to, else the topmost in view. */
  get current(): number | undefined {
    const { pointed } = this;
    return pointed !== undefined && this.backlog.find(pointed) !== undefined
      ? pointed
      : this.stage.painter.keyAt(this.stage.top());
  }

  /** Keys act on the line `key` from now on. */
  point(key: number | undefined): void {
    this.stage.painter.current = key;
    this.owner.again();
  }

  /** Points at the next line that is shown, or the one before, or picks up to it. */
  step(isBack: boolean, isPicking = false): void {
    const rows = this.stage.rowsInView().map(({ key }) => key);
    const index = rows.indexOf(this.pointed ?? NaN);
    const next = index < 0 ? rows[0] : rows[index + (isBack ? -1 : 1)];
    if (isBack) this.owner.up();
    if (next === undefined) this.stage.area.scrollBy((isBack ? -1 : 1) * STEP * this.stage.area.view);
    else if (isPicking) this.pickTo(next);
    else this.pick(next);
  }

  /** Points at the line `key`, where a range may begin. */
  pick(key: number): void {
    this.picked.begin(key);
    this.point(key);
    this.owner.changed();
  }

  /** Picks all lines from where a range began to the line `key`. */
  pickTo(key: number): void {
    const { pointed } = this;
    if (this.picked.span === undefined && pointed !== undefined) this.picked.begin(pointed);
    this.owner.away();
    this.picked.extend(key);
    this.point(key);
    this.owner.changed();
  }

  /** Picks every line that is held. */
  pickAll(): void {
    const end = this.stage.layout.end();
    if (this.backlog.chunks.length === 0) return;
    this.owner.away();
    this.picked.begin(this.backlog.chunks[0]?.firstKey ?? 0);
    this.picked.extend(this.stage.painter.keyAt({ ...end, index: Math.max(0, end.index - 1) }));
    this.owner.again();
    this.owner.changed();
  }

  unpick(): void {
    this.picked.clear();
    this.owner.again();
    this.owner.changed();
  }
}
