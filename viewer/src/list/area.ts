/** The scrolled area: its size, where the rows lie in it and where the view stands. It knows no entries. */

/** The elements of index.html that make up the area. */
export interface Elements {
  /** Scrolls. */
  readonly log: HTMLElement;
  /** Gives the area its height, and its width where lines are not wrapped. */
  readonly space: HTMLElement;
  /** Holds the rows. */
  readonly rows: HTMLElement;
}

export class Area {
  isWrapped = true;
  /** Where the page last left or saw the view, to tell the reader's scrolling from its own. */
  private left = 0;
  /** Where the rows begin in the area. */
  rowsTop = 0;
  private width = 0;

  constructor(private readonly elements: Elements) {}

  /** Height of the view in pixels. */
  get view(): number {
    return this.elements.log.clientHeight;
  }

  get scrollTop(): number {
    return this.elements.log.scrollTop;
  }

  /** Pixels of the area that remain under the view. */
  get below(): number {
    const { scrollHeight, clientHeight, scrollTop } = this.elements.log;
    return scrollHeight - clientHeight - scrollTop;
  }

  wrap(isWrapped: boolean): void {
    this.isWrapped = isWrapped;
    this.width = 0;
    this.elements.log.classList.toggle('nowrap', !isWrapped);
    this.elements.space.style.width = '';
    this.elements.log.scrollLeft = 0;
  }

  /** To be called when the view has another size. */
  resized(): void {
    this.elements.rows.style.setProperty('--view-width', `${String(this.elements.log.clientWidth)}px`);
  }

  /** Makes the area `height` pixels high, and lets the rows begin at `top`. */
  arrange(height: number, top: number): void {
    this.elements.space.style.height = `${String(height)}px`;
    this.rowsTop = top;
    this.elements.rows.style.top = `${String(top)}px`;
    if (!this.isWrapped) this.widen();
  }

  /** Puts the view at `top`, or as near as there is something to see. */
  place(top: number): void {
    const { log } = this.elements;
    if (log.scrollTop !== top) log.scrollTop = top;
    this.left = log.scrollTop;
  }

  /** Scrolls as the reader's hand would. */
  scrollBy(pixels: number): void {
    this.elements.log.scrollTop += pixels;
  }

  /** By how many pixels the reader scrolled since the page last left or saw the view; negative is up. */
  scrolled(): number {
    const moved = this.scrollTop - this.left;
    this.left = this.scrollTop;
    return moved;
  }

  /** Keeps the area as wide as the widest line seen, so that it does not breathe. */
  private widen(): void {
    const width = this.elements.rows.offsetWidth;
    if (width <= this.width) return;
    this.width = width;
    this.elements.space.style.width = `${String(width)}px`;
  }
}
