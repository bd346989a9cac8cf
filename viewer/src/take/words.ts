/**
 * The text of a line that is taken away: as it is seen, for pasting, or as it came, for a file. Before it may stand when
 * and where it was written.
 */

import { plain } from '../line/plain';
import { stampOf } from '../line/stamp';
import { fullTime, localOffset, type TimeMode } from '../line/time';
import { visible } from '../line/visible';
import type { Source } from '../receive/sources';

/** The text as it is seen: no escape sequence, no hidden character that a terminal would obey. */
export function seenText(text: string): string {
  return visible(plain(text));
}

/** `2026-11-05 12:00:00.123 UTC web-1 app.log: `; `arrival` counts where the line has no time of its own. */
export function prefix(text: string, arrival: number, source: Source | undefined, mode: TimeMode): string {
  const time = stampOf(plain(text), arrival, localOffset)?.time ?? arrival;
  const parts = [fullTime(time, mode === 'utc' ? 'utc' : 'local'), source?.agentName ?? '', source?.label ?? ''];
  return `${visible(parts.filter((part) => part !== '').join(' '))}: `;
}
