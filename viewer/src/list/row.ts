/**
 * The elements of one row: a line or a divider. Rows are filled again for other entries; text goes in as text nodes
 * only. What a click does is told by `data-do`; clicks.ts reads it.
 */

import { fieldsOf, valueAt, valueText, type Fields } from '../line/fields';
import { levelOf, type Level } from '../line/level';
import { overwritten, plain, settled } from '../line/plain';
import { leadingLength, stampOf, type Stamp } from '../line/stamp';
import { fullTime, localOffset, showTime, type TimeMode } from '../line/time';
import { head, visible } from '../line/visible';
import { make, say } from '../page/elements';
import { bytes, counted } from '../page/words';
import type { Source } from '../receive/sources';
import type { Cut } from '../store/notes';
import { content } from './content';
import type { Opened } from './opened';
import { tree } from './tree';

/** Characters of a line that are drawn before the reader asks for all of it. */
export const DRAWN = 2_000;

const UTF8 = new TextEncoder();

/** How lines are to look. */
export interface Look {
  readonly time: TimeMode;
  readonly columns: readonly string[];
}

export interface Line {
  readonly text: string;
  readonly time: number;
  readonly source: Source | undefined;
  readonly cut: Cut | undefined;
  readonly isPartial: boolean;
  /** Lines of the stack trace that begins here, and whether they are shown. */
  readonly trace: { readonly lines: number; readonly isOpen: boolean } | undefined;
  /** Goes on with a stack trace. */
  readonly isPart: boolean;
  readonly isHit: boolean;
  readonly isCurrent: boolean;
  readonly isPicked: boolean;
}

/** One letter and one shape for each level, so that colour is never needed to tell them apart. */
const LETTERS: Readonly<Record<Level, string>> = {
  none: '',
  trace: 'T',
  debug: 'D',
  info: 'I',
  warn: 'W',
  error: 'E',
  fatal: 'F',
};

export class LineRow {
  readonly element = make('div', 'row', 'row');
  /** The text of the line, unless columns take its place: marks lie on it. */
  marked: HTMLElement | undefined;
  private readonly time = make('span', 'row-time', 'row-time');
  private readonly agent = make('span', 'row-agent');
  private readonly label = make('span');
  private readonly source = make('span', 'row-source', 'row-source');
  private readonly level = make('span', 'row-level', 'row-level');
  private readonly text = make('span', 'row-text', 'row-text');
  /** Few lines can be opened, and elements are what drawing costs. */
  private toggle: HTMLElement | undefined;
  private body: HTMLElement | undefined;
  private drawn = '';
  private moment = 0;
  private stamp: Stamp | undefined;
  /** The stamp as the line has it, where columns stand in the line's place; else empty. */
  private written = '';

  constructor() {
    this.source.append(this.agent, this.label);
    this.source.dataset['do'] = 'source';
    this.source.title = 'Show only this source, or others too';
    this.element.append(this.time, this.source, this.level, this.text);
  }

  /** Leaves alone what is there already: a selection in it must survive the lines that arrive below. */
  fill(key: number, line: Line, look: Look, revision: number, opened: Opened, now: number): void {
    say(this.agent, line.source?.agentName ?? '');
    say(this.label, line.source?.label ?? '');
    this.element.classList.toggle('current', line.isCurrent);
    this.element.classList.toggle('hit', line.isHit);
    this.element.classList.toggle('picked', line.isPicked);
    const { trace } = line;
    const drawn = [key, revision, opened.revision(key), trace?.lines, trace?.isOpen, line.isPart].join();
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.draw(key, line, look, opened);
    }
    this.showTime(look.time, now);
  }

  private draw(key: number, line: Line, look: Look, opened: Opened): void {
    const isOpen = opened.isOpen(key);
    const seen = plain(line.text);
    const fields = fieldsOf(seen, !isOpen);
    this.element.dataset['key'] = String(key);
    this.element.className = [
      'row',
      line.source === undefined ? '' : `hue-${String(line.source.hue)}`,
      line.isPart ? 'part' : '',
      line.isPartial ? 'partial' : '',
      line.isCurrent ? 'current' : '',
      line.isHit ? 'hit' : '',
      line.isPicked ? 'picked' : '',
    ].join(' ');
    this.stamp = line.isPart ? undefined : stampOf(seen, line.time, localOffset);
    this.moment = this.stamp?.time ?? line.time;
    this.showLevel(line.isPart ? 'none' : levelOf(seen));
    const isFolded =
      line.trace !== undefined || fields !== undefined || seen.length > DRAWN || overwritten(line.text) > 0;
    this.showToggle(isFolded, line.trace?.isOpen === true || isOpen);
    this.drawText(seen, line, look, fields, isOpen);
    this.body?.remove();
    this.body = isOpen ? body(key, line, look, fields, opened) : undefined;
    if (this.body !== undefined) this.element.append(this.body);
  }

  private drawText(seen: string, line: Line, look: Look, fields: Fields | undefined, isOpen: boolean): void {
    this.text.replaceChildren();
    // A line that has none of the chosen fields would be an empty one; it is shown as it is.
    const isCells = fields !== undefined && look.columns.some((path) => valueAt(fields, path) !== undefined);
    this.text.classList.toggle('cells', isCells);
    this.text.classList.toggle('dense', fields !== undefined && !isCells && seen.endsWith('}'));
    this.marked = undefined;
    this.written = isCells && this.stamp !== undefined ? seen.slice(this.stamp.from, this.stamp.to) : '';
    if (isCells) this.text.append(...cells(fields, look.columns));
    else {
      const hidden = look.time === 'line' || this.stamp === undefined ? 0 : leadingLength(seen, this.stamp);
      this.marked = content(settled(line.text), isOpen ? Infinity : DRAWN, hidden);
      this.text.append(this.marked);
    }
    if (line.trace !== undefined)
      this.text.append(
        pill('toggle', `${line.trace.isOpen ? '\u2212' : '+'} ${counted(line.trace.lines, 'line')}`, 'row-trace'),
      );
    if (this.marked !== undefined && !isOpen && seen.length > DRAWN)
      this.text.append(rest(head(seen, DRAWN), seen, line.cut));
    else if (line.cut !== undefined) this.text.append(wasCut(seen, line.cut));
  }

  private showToggle(isFolded: boolean, isOpen: boolean): void {
    if (!isFolded) this.toggle?.remove();
    if (!isFolded) return;
    if (this.toggle === undefined) {
      this.toggle = make('button', 'row-toggle', 'row-toggle');
      this.toggle.dataset['do'] = 'toggle';
      this.toggle.tabIndex = -1;
      this.toggle.ariaLabel = 'Open the line';
    }
    this.toggle.ariaExpanded = String(isOpen);
    if (!this.toggle.isConnected) this.text.before(this.toggle);
  }

  private showLevel(level: Level): void {
    this.level.dataset['level'] = level;
    this.level.title = level === 'none' ? '' : level;
    say(this.level, LETTERS[level]);
  }

  /** Shows the time anew: what is relative goes on. */
  private showTime(mode: TimeMode, now: number): void {
    const words = mode === 'line' ? visible(this.written) : showTime(this.moment, mode, now);
    if (this.time.textContent === words) return;
    this.time.textContent = words;
    this.time.classList.toggle('arrival', this.stamp === undefined);
    const origin =
      this.stamp === undefined ? 'arrived ' : this.stamp.isZoned ? '' : 'without a time zone in the line; read as ';
    this.time.title = `${origin}${fullTime(this.moment, 'local')}\n${fullTime(this.moment, 'utc')}`;
  }
}

/** What an opened line shows under it: its fields, or the states that carriage returns overwrote. */
function body(
  key: number,
  line: Line,
  look: Look,
  fields: Fields | undefined,
  opened: Opened,
): HTMLElement | undefined {
  if (fields !== undefined) return tree(fields, key, opened, look.columns);
  if (overwritten(line.text) === 0) return undefined;
  const states = make('div', 'row-states', 'row-states');
  states.textContent = line.text
    .split('\r')
    .map((state) => visible(plain(state)))
    .filter((state) => state !== '')
    .join('\n');
  return states;
}

/** The chosen fields of a line, side by side. */
function cells(fields: Fields, columns: readonly string[]): HTMLElement[] {
  return columns.map((path) => {
    const cell = make('span', 'cell', 'cell');
    const value = valueAt(fields, path);
    const text = value === undefined ? '' : visible(head(valueText(value), DRAWN));
    cell.textContent = text;
    cell.title = `${visible(path)}: ${text}`;
    cell.dataset['name'] = visible(path);
    cell.classList.toggle('number', value?.kind === 'literal');
    return cell;
  });
}

function pill(does: string, text: string, testId: string): HTMLElement {
  const found = make('button', 'row-more', testId);
  found.dataset['do'] = does;
  found.tabIndex = -1;
  found.textContent = text;
  return found;
}

/** Says how much of the line is not drawn, and offers it. */
function rest(drawn: string, text: string, cut: Cut | undefined): HTMLElement {
  const length = cut?.bytes ?? UTF8.encode(text).length;
  return pill('toggle', `\u2026 ${bytes(length - UTF8.encode(drawn).length)} more`, 'row-more');
}

function wasCut(text: string, cut: Cut): HTMLElement {
  const note = make('span', 'row-cut', 'row-cut');
  const missing = bytes(cut.bytes - UTF8.encode(text).length);
  note.textContent = `\u2026 ${missing} more: cut by the agent, the line has ${counted(cut.bytes, 'byte')}`;
  return note;
}

export class DividerRow {
  readonly element = make('div', 'divider', 'divider');
  readonly marked = undefined;
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
