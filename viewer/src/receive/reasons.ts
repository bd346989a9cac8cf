/** Why bytes of one life will not come, as a status told it: disjoint ranges, the first told reason counts. */

import type { Range } from './envelope';

/** More are not kept: the lowest are forgotten first, as the oldest. */
const MAX_REASONS = 1_000;

export class Reasons {
  /** Sorted and disjoint. */
  readonly ranges: Range[] = [];

  /** Adds what of `told` has no reason yet; returns whether there was any. */
  add(told: Range): boolean {
    let { from } = told;
    const parts: Range[] = [];
    for (const known of this.ranges) {
      if (known.to <= from) continue;
      if (known.from >= told.to) break;
      if (known.from > from) parts.push({ from, to: known.from, reason: told.reason });
      from = known.to;
    }
    if (from < told.to) parts.push({ from, to: told.to, reason: told.reason });
    if (parts.length === 0) return false;
    this.ranges.push(...parts);
    this.ranges.sort((one, other) => one.from - other.from);
    this.ranges.splice(0, this.ranges.length - MAX_REASONS);
    return true;
  }

  overlaps(start: number, end: number): boolean {
    return this.ranges.some((range) => range.from < end && start < range.to);
  }
}
