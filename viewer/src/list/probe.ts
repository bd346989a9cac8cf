/**
 * Measures, on hidden rows beside the real ones, how high rows are and how many characters fit. It lays out nothing
 * itself.
 */

import { make } from '../page/elements';
import type { Metrics } from './layout';
import { Opened } from './opened';
import { DividerRow, DRAWN, LineRow, type Line } from './row';

/** Enough characters for a width that is exact to a fraction of a pixel. */
const SAMPLE = 50;

const NO_LINE: Line = {
  text: '',
  time: 0,
  source: undefined,
  cut: undefined,
  isPartial: false,
  trace: undefined,
  isPart: false,
  isHit: false,
  isCurrent: false,
  isPicked: false,
};

export class Probe {
  private readonly line = new LineRow();
  private readonly divider = new DividerRow();
  private readonly sample = make('span');

  constructor(rows: HTMLElement) {
    const probe = make('div', 'rows probe');
    probe.setAttribute('aria-hidden', 'true');
    this.line.fill(-1, NO_LINE, { time: 'utc', columns: [] }, 0, new Opened(), 0);
    this.divider.fill(-1, '', '');
    this.sample.textContent = 'm'.repeat(SAMPLE);
    for (const { element } of [this.line, this.divider]) {
      delete element.dataset['testid'];
      for (const part of element.querySelectorAll<HTMLElement>('[data-testid]')) delete part.dataset['testid'];
    }
    probe.append(this.line.element, this.divider.element, this.sample);
    rows.before(probe);
  }

  measure(isWrapped: boolean): Metrics {
    const character = this.sample.getBoundingClientRect().width / SAMPLE || 8;
    const room =
      (this.line.element.querySelector('.row-text')?.getBoundingClientRect().width ?? 0) ||
      this.line.element.clientWidth;
    return {
      row: this.line.element.offsetHeight || 20,
      divider: this.divider.element.offsetHeight || 32,
      columns: isWrapped ? Math.max(1, Math.floor(room / character)) : Infinity,
      drawn: DRAWN,
    };
  }
}
