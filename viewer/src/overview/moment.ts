/** Finds the line that came nearest to a moment. Clocks of agents differ, so lines are not in the order of their times. */

import type { Sieve } from '../find/sieve';
import type { Backlog } from '../store/backlog';

/** The key of the first shown line at `time` or, if there is none, nearest to it; in ms since 1970. */
export function keyNear(backlog: Backlog, sieve: Sieve, time: number): number | undefined {
  let key: number | undefined;
  let least = Infinity;
  for (const chunk of backlog.chunks) {
    for (let index = 0; index < chunk.count; index += 1) {
      const away = (chunk.times[index] ?? 0) - time;
      // What comes after the moment is what the reader means; what comes before it counts half as near.
      const distance = away >= 0 ? away : -2 * away;
      if (distance >= least || !sieve.isTaken(chunk, index)) continue;
      least = distance;
      key = sieve.foldedUnder(chunk, index) ?? chunk.firstKey + index;
    }
  }
  return key;
}
