/** The bars of the overview: how many seconds each one covers, and where it stands. Pure arithmetic. */

import { BANDS } from './tally';

/** Seconds that a bar may cover: such as people count in. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];

export interface Bars {
  /** The second since 1970 with which the first bar begins. */
  readonly first: number;
  /** Seconds that a bar covers. */
  readonly step: number;
  /** Lines per second of each bar, by band. */
  readonly rates: readonly Float64Array[];
  /** Lines per second of the highest bar. */
  readonly most: number;
}

/** At most `room` bars for these counts by second; undefined if there is none. */
export function barsOf(seconds: ReadonlyMap<number, Uint32Array>, room: number): Bars | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const second of seconds.keys()) {
    if (second < from) from = second;
    if (second > to) to = second;
  }
  if (to < from || room < 2) return undefined;
  const span = to - from + 1;
  const days = 86_400 * Math.ceil(span / (room - 1) / 86_400);
  const step = STEPS.find((seconds_) => span / seconds_ <= room - 1) ?? days;
  const first = Math.floor(from / step) * step;
  const rates = Array.from({ length: Math.floor((to - first) / step) + 1 }, () => new Float64Array(BANDS.length));
  for (const [second, counts] of seconds) {
    const bar = rates[Math.floor((second - first) / step)];
    for (const [band, lines] of counts.entries()) if (bar !== undefined) bar[band] = (bar[band] ?? 0) + lines / step;
  }
  const most = rates.reduce((highest, bar) => Math.max(highest, total(bar)), 0);
  return { first, step, rates, most };
}

/** All lines per second of a bar. */
export function total(bar: Float64Array): number {
  return bar.reduce((sum, lines) => sum + lines, 0);
}

/** The bar in which the moment `time` lies, in ms since 1970; the nearest if none does. */
export function barAt({ first, step, rates }: Bars, time: number): number {
  return Math.max(0, Math.min(rates.length - 1, Math.floor((time / 1_000 - first) / step)));
}

/** When a bar begins, in ms since 1970. */
export function beginOf({ first, step }: Bars, bar: number): number {
  return (first + bar * step) * 1_000;
}
