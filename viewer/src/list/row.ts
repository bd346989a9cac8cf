/**
 * The elements of one row: a line or a divider. Rows are filled again for other entries; text goes in as text nodes
 * only.
 */

import { head, visible } from '../line/visible';
import { make, say } from '../page/elements';
import { bytes, clock, counted } from '../page/words';
import type { Source } from '../receive/sources';
import type { Cut } from '../store/notes';

/** Characters of a line that are drawn before the reader asks for all of it. */
export const DRAWN = 2_000;

const UTF8 = new TextEncoder();

export interface Line {
  readonly text: string;
  readonly time: number;
  readonly source: Source | undefined;
  readonly cut: Cut | undefined;
  readonly isPartial: boolean;
  readonly isExpanded: boolean;
}

export class LineRow {
  readonly element = make('div', 'row', 'row');
  private readonly time = make('span', 'row-time', 'row-time');
  private readonly agent = make('span', 'row-agent');
  private readonly label = make('span');
  private readonly text = make('span', 'row-text', 'row-text');
  private more: HTMLElement | undefined;
  private key: number | undefined;
  private isExpanded = false;

  constructor() {
    const source = make('span', 'row-source', 'row-source');
    source.append(this.agent, this.label);
    this.element.append(this.time, source, this.text);
  }

  /** Leaves alone what is there already: a selection in it must survive the lines that arrive below. */
  fill(key: number, line: Line): void {
    say(this.agent, line.source?.agentName ?? '');
    say(this.label, line.source?.label ?? '');
    if (key === this.key && line.isExpanded === this.isExpanded) return;
    this.key = key;
    this.isExpanded = line.isExpanded;
    this.element.dataset['key'] = String(key);
    this.element.className = line.source === undefined ? 'row' : `row hue-${String(line.source.hue)}`;
    this.element.classList.toggle('partial', line.isPartial);
    this.time.textContent = clock(line.time);
    const drawn = line.isExpanded ? line.text : head(line.text, DRAWN);
    this.text.textContent = visible(drawn);
    this.more?.remove();
    this.more = undefined;
    if (drawn.length < line.text.length || line.cut !== undefined) this.tellMore(drawn, line);
  }

  /** Says how much of the line is not drawn, and offers the part of it that is there. */
  private tellMore(drawn: string, { text, cut }: Line): void {
    const length = cut?.bytes ?? UTF8.encode(text).length;
    const rest = `\u2026 ${bytes(length - UTF8.encode(drawn).length)} more`;
    if (drawn.length < text.length) {
      this.more = make('button', 'row-more', 'row-more');
      this.more.textContent = rest;
    } else {
      this.more = make('span', 'row-cut', 'row-cut');
      this.more.textContent = `${rest}: cut by the agent, the line has ${counted(length, 'byte')}`;
    }
    this.text.append(this.more);
  }
}

export class DividerRow {
  readonly element = make('div', 'divider', 'divider');
  private readonly text = make('span');

  constructor() {
    this.element.append(this.text);
  }

  fill(key: number, kind: string, words: string): void {
    this.element.dataset['key'] = String(key);
    this.element.className = `divider ${kind}`;
    this.element.title = words;
    say(this.text, words);
  }
}
