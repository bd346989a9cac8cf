import { describe, expect, test } from 'vitest';
import { Anchor, MAX_AREA_PX } from '../../src/list/anchor';

const VIEW = 500;
const TOTAL = 20_000;

/** An anchor on entry 7, which begins 1,000 px below the first one, seen by a view scrolled to 900. */
function held(): Anchor {
  const anchor = new Anchor();
  anchor.hold(7, 1_000);
  return anchor;
}

describe('an anchored entry', () => {
  test.each([
    ['rows above were dropped', 400, 600],
    ['rows above turned out higher', 1_300, -300],
    ['nothing changed', 1_000, 0],
  ])('stays in place when %s', (_, top, origin) => {
    const anchor = held();
    anchor.pin(top);
    expect(anchor.origin).toBe(origin);
    expect(anchor.origin + top).toBe(1_000);
  });

  test('is seen at the same height of the view after settling', () => {
    const anchor = held();
    anchor.pin(400);
    expect(anchor.isAstray(900, VIEW, TOTAL)).toBe(true);
    const scrollTop = anchor.settle(900, VIEW, TOTAL);
    expect([scrollTop, anchor.origin]).toEqual([300, 0]);
    anchor.pin(400);
    expect(anchor.origin + 400 - scrollTop).toBe(1_000 - 900);
    expect(anchor.isAstray(scrollTop, VIEW, TOTAL)).toBe(false);
  });

  test('V4: that was dropped gives its place to the first that is left, with the divider above that', () => {
    const anchor = held();
    anchor.replace(50, 32);
    expect([anchor.key, anchor.origin]).toEqual([50, 1_000]);
    anchor.pin(32);
    expect(anchor.origin).toBe(1_000);
  });

  test('is let go at the live end', () => {
    const anchor = held();
    anchor.pin(400);
    anchor.release();
    anchor.alignEnd(TOTAL);
    expect([anchor.key, anchor.origin, anchor.area(TOTAL)]).toEqual([undefined, 0, TOTAL]);
  });
});

describe('the view is cramped', () => {
  test('when it would show what was dropped', () => {
    const anchor = held();
    anchor.pin(400);
    expect([601, 600, 599].map((top) => anchor.isCramped(top, VIEW, TOTAL))).toEqual([false, false, true]);
  });

  test('when what is above could not be reached for long', () => {
    const anchor = held();
    anchor.pin(1_300);
    expect([1_000, 999].map((top) => anchor.isCramped(top, VIEW, TOTAL))).toEqual([false, true]);
  });
});

describe('entries that are higher than an area may be', () => {
  const HUGE = 60_000_000;

  test('end where the area ends at the live end', () => {
    const anchor = new Anchor();
    anchor.alignEnd(HUGE);
    expect(anchor.area(HUGE)).toBe(MAX_AREA_PX);
    expect(anchor.origin + HUGE).toBe(MAX_AREA_PX);
  });

  test.each([0, 0.25, 0.5, 1])('are seen in the area as far down as in themselves (%d), and nothing moves', (share) => {
    const anchor = new Anchor();
    const seen = Math.round(share * (HUGE - VIEW));
    anchor.hold(7, seen);
    const scrollTop = anchor.settle(seen, VIEW, HUGE);
    expect(scrollTop).toBeCloseTo(share * (MAX_AREA_PX - VIEW), -4);
    expect(scrollTop - anchor.origin).toBe(seen);
  });

  test('can all be reached by scrolling, from the end to the beginning and back', () => {
    const anchor = new Anchor();
    anchor.alignEnd(HUGE);
    let scrollTop = MAX_AREA_PX - VIEW;
    const seen = (): number => scrollTop - anchor.origin;
    const scroll = (pixels: number): void => {
      scrollTop = Math.min(MAX_AREA_PX - VIEW, Math.max(0, scrollTop + pixels));
      if (anchor.isCramped(scrollTop, VIEW, HUGE)) scrollTop = anchor.settle(scrollTop, VIEW, HUGE);
    };
    for (let notch = 0; notch < 200_000 && seen() > 0; notch += 1) scroll(-700);
    expect(seen()).toBe(0);
    for (let notch = 0; notch < 200_000 && seen() < HUGE - VIEW; notch += 1) scroll(700);
    expect(seen()).toBe(HUGE - VIEW);
  });

  test('are not settled again for every line that comes', () => {
    const anchor = new Anchor();
    anchor.hold(7, 30_000_000);
    const scrollTop = anchor.settle(30_000_000, VIEW, HUGE);
    expect(anchor.isAstray(scrollTop, VIEW, HUGE + 2_000)).toBe(false);
    expect(anchor.isAstray(scrollTop, VIEW, HUGE + 20_000_000)).toBe(true);
  });
});
