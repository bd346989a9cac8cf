/** A set of byte offsets, kept as few ranges. It does not know what the bytes are. */

/**
 * More holes than this are not kept: the lowest is then taken for filled, so that a stream full of holes stays bounded.
 */
const MAX_RANGES = 1_000;

export class Ranges {
  /** Sorted, disjoint, never touching: `starts[i]` up to but not including `ends[i]`. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  has(offset: number): boolean {
    const index = after(this.starts, offset) - 1;
    return index >= 0 && offset < at(this.ends, index);
  }

  /** Whether any byte from `start` up to `end` is in the set. */
  overlaps(start: number, end: number): boolean {
    const index = after(this.ends, start);
    return index < this.starts.length && at(this.starts, index) < end;
  }

  add(start: number, end: number): void {
    const last = this.ends.length - 1;
    if (this.ends[last] === start) {
      this.ends[last] = end;
      return;
    }
    const first = after(this.ends, start - 1);
    const next = after(this.starts, end);
    const from = first < next ? Math.min(start, at(this.starts, first)) : start;
    const to = first < next ? Math.max(end, at(this.ends, next - 1)) : end;
    this.starts.splice(first, next - first, from);
    this.ends.splice(first, next - first, to);
    if (this.starts.length > MAX_RANGES) {
      this.starts.splice(1, 1);
      this.ends.shift();
    }
  }
}

/** Index of the first element of the sorted `values` that is greater than `value`. */
function after(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(values, middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
