/**
 * Watches the reader's hand on the scrolled area: an upward move of any kind, a grip on the scroll bar, and whether it
 * rests. It scrolls nothing and decides nothing.
 */

/** The hand rests when nothing scrolled for so long. */
export const REST_MS = 160;

const PASSIVE = { passive: true } as const;

export interface Listener {
  /**
   * The hand goes upwards, takes the scroll bar, or selects text, which is reading: the view is the reader's from now
   * on. Called before it moves.
   */
  readonly up: () => void;
  /** The hand let go of the scroll bar or the screen. */
  readonly released: () => void;
}

export class Hand {
  /** Whether a button or finger is down, so that the view is not to be moved by anyone else. */
  isPressed = false;
  private movedAt = -Infinity;
  private touchedY = 0;

  constructor(
    private readonly log: HTMLElement,
    private readonly rows: HTMLElement,
    private readonly listener: Listener,
  ) {
    log.addEventListener('wheel', this.onWheel, PASSIVE);
    for (const kind of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const) {
      log.addEventListener(kind, this.onTouch, PASSIVE);
    }
    log.addEventListener('pointerdown', this.onPress, PASSIVE);
    // Not every browser reports the release of a scroll bar; the next move without a button does.
    for (const kind of ['pointerup', 'pointermove'] as const) addEventListener(kind, this.onPointer, PASSIVE);
    document.addEventListener('selectionchange', this.onSelection);
  }

  /** Whether nothing is pressed and nothing was scrolled for a moment. */
  get isAtRest(): boolean {
    return !this.isPressed && performance.now() - this.movedAt > REST_MS;
  }

  /** The view was scrolled by hand. */
  moved(): void {
    this.movedAt = performance.now();
  }

  private readonly onWheel = ({ deltaY }: WheelEvent): void => {
    if (deltaY < 0) this.listener.up();
  };

  private readonly onTouch = ({ type, touches }: TouchEvent): void => {
    const y = touches[0]?.clientY ?? this.touchedY;
    if (type === 'touchmove' && y > this.touchedY) this.listener.up();
    this.touchedY = y;
    if (touches.length > 0) this.isPressed = true;
    else this.release();
  };

  private readonly onPress = ({ pointerType, offsetX, target }: PointerEvent): void => {
    const isOnScrollBar = target === this.log && offsetX >= this.log.clientWidth;
    if (pointerType === 'touch' || !isOnScrollBar) return;
    this.isPressed = true;
    this.listener.up();
  };

  private readonly onPointer = ({ type, buttons, pointerType }: PointerEvent): void => {
    if (pointerType !== 'touch' && (type === 'pointerup' || buttons === 0)) this.release();
  };

  private release(): void {
    if (!this.isPressed) return;
    this.isPressed = false;
    this.listener.released();
  }

  private readonly onSelection = (): void => {
    const selection = getSelection();
    if (selection !== null && !selection.isCollapsed && this.rows.contains(selection.anchorNode)) this.listener.up();
  };
}
