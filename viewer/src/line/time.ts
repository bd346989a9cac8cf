/** How the time of a line is shown: as in the line, in local time, in UTC, or how long ago. Pure: the clock comes in. */

export const TIMES = ['local', 'utc', 'relative', 'line'] as const;
export type TimeMode = (typeof TIMES)[number];

/** How far local time is ahead of UTC at the moment `time`, in ms. */
export function localOffset(time: number): number {
  return -new Date(time).getTimezoneOffset() * 60_000;
}

/**
 * The moment `time`, ms since 1970, in the column of times; `now` is the page's clock. With another day than that of
 * `now` the date stands before the clock.
 */
export function showTime(time: number, mode: Exclude<TimeMode, 'line'>, now: number): string {
  if (mode === 'relative') return ago(now - time);
  const ahead = mode === 'local' ? localOffset : (): number => 0;
  const shown = iso(time + ahead(time));
  const isToday = shown.slice(0, 10) === iso(now + ahead(now)).slice(0, 10);
  return isToday ? shown.slice(11, 23) : `${shown.slice(5, 10)} ${shown.slice(11, 19)}`;
}

/** The moment in full, for a tooltip: `2026-11-05 12:00:00.123 +05:45`. */
export function fullTime(time: number, mode: 'local' | 'utc'): string {
  const ahead = mode === 'local' ? localOffset(time) : 0;
  return `${iso(time + ahead)
    .slice(0, 23)
    .replace('T', ' ')} ${mode === 'utc' ? 'UTC' : zone(ahead)}`;
}

/** `12.3 s ago`, or ahead of the page's clock: `in 4 s`. */
function ago(elapsed: number): string {
  const seconds = Math.abs(elapsed) / 1_000;
  const [value, unit] =
    seconds < 60
      ? [Math.floor(seconds), 's']
      : seconds < 3_600
        ? [Math.floor(seconds / 60), 'min']
        : seconds < 86_400
          ? [Math.floor(seconds / 3_600), 'h']
          : [Math.floor(seconds / 86_400), 'd'];
  if (elapsed < -1_000) return `in ${String(value)} ${unit}`;
  return elapsed < 1_000 ? 'now' : `${String(value)} ${unit} ago`;
}

function iso(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : '----------T--:--:--.---';
}

function zone(ahead: number): string {
  const minutes = Math.abs(ahead) / 60_000;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${ahead < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
