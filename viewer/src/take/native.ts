/**
 * The text that the reader marked with the browser's own selection, across rows that are on the page no more. Rows leave
 * the page when they are scrolled away, and an end of the selection with them, so the ends are remembered by line.
 */

import type { Backlog } from '../store/backlog';
import { inOrder } from './picked';

/** One end: the line, and how many characters of its text, as it is seen, lie before. */
export interface End {
  readonly key: number;
  readonly characters: number;
}

export class NativeSelection {
  private anchor: End | undefined;
  private focus: End | undefined;

  constructor(
    private readonly rows: HTMLElement,
    private readonly backlog: Backlog,
  ) {
    document.addEventListener('selectstart', this.forget);
    document.addEventListener('selectionchange', this.remember);
  }

  /** The ends in the order of the lines, where they lie in two lines; one line is left to the browser. */
  get ends(): readonly [End, End] | undefined {
    this.remember();
    const { anchor, focus } = this;
    if (anchor === undefined || focus === undefined || anchor.key === focus.key) return undefined;
    const places = [this.backlog.find(anchor.key), this.backlog.find(focus.key)];
    if (places[0] === undefined || places[1] === undefined) return undefined;
    return inOrder(places[0], places[1]) < 0 ? [anchor, focus] : [focus, anchor];
  }

  /** Takes note of the ends. To be called before rows leave the page: browsers tell of a selection some time after. */
  readonly remember = (): void => {
    const selection = getSelection();
    // Rows that leave the page at once take both ends along. What is left is a point between rows, where no hand puts it.
    if (this.anchor !== undefined && selection?.isCollapsed === true && selection.anchorNode === this.rows) return;
    if (selection === null || selection.isCollapsed) {
      this.forget();
      return;
    }
    // Browsers let a selection begin anew in the first row that is left once the one in which it began is gone.
    this.anchor ??= this.end(selection.anchorNode, selection.anchorOffset, undefined);
    this.focus = this.end(selection.focusNode, selection.focusOffset, this.focus);
  };

  private readonly forget = (): void => {
    this.anchor = this.focus = undefined;
  };

  /** The end at `node`; where the row that held it left the page, it is where it was `before`. */
  private end(node: Node | null, offset: number, before: End | undefined): End | undefined {
    if (node === null || !this.rows.contains(node)) return undefined;
    const row = (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>('.row');
    if (row === null || row === undefined) return before;
    return { key: Number(row.dataset['key']), characters: charactersBefore(row, node, offset) };
  }
}

/** How much of the line's text lies before the point; Infinity if all of it, or if columns take its place. */
function charactersBefore(row: HTMLElement, node: Node, offset: number): number {
  const content = row.querySelector('.row-content');
  const text = content ?? row.querySelector('.row-text');
  if (text === null) return 0;
  const range = document.createRange();
  range.selectNodeContents(text);
  const side = range.comparePoint(node, offset);
  if (side < 0) return 0;
  if (side > 0 || content === null) return content === null && side === 0 ? 0 : Infinity;
  range.setEnd(node, offset);
  return range.toString().length;
}
