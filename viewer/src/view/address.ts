/**
 * Keeps the view in the page's address, behind the `#`, which no browser sends anywhere, and reads it from there. It
 * replaces the entry of the history instead of adding one, and applies nothing.
 */

import { Allowance } from './allowance';
import { readLine, writeLine, type LineReference } from './reference';
import { readView, writeView, type View } from './view';

const LINE = 'line';

export interface Place {
  /** Undefined if the address names none. */
  readonly view: View | undefined;
  readonly line: LineReference | undefined;
}

export class Address {
  /** The line that the address names, for as long as it does. */
  line: LineReference | undefined;
  private written = location.hash.slice(1);
  /** What is to be written; undefined before the page knows. */
  private view: View | undefined;
  private readonly allowance = new Allowance(Date.now());

  /** `opened` is called when the reader puts in another address of this page. */
  constructor(opened: (place: Place) => void) {
    addEventListener('hashchange', () => {
      opened(this.read());
    });
    // The last moment: whoever comes back, or opens the tab again, finds what was not written yet.
    addEventListener('pagehide', () => {
      this.write();
    });
  }

  read(): Place {
    this.written = location.hash.slice(1);
    const parts = new URLSearchParams(this.written);
    this.line = readLine(parts.get(LINE) ?? '');
    parts.delete(LINE);
    return { view: parts.size === 0 ? undefined : readView(parts.toString()), line: this.line };
  }

  /**
   * Puts the view into the address, at once unless that was done very often of late, as when a key is held down; to be
   * called again now and then, for that case.
   */
  keep(view: View): void {
    this.view = view;
    if (this.text !== this.written && this.allowance.take(Date.now())) this.write();
  }

  /** A whole address that opens the page with `view`, at `line`. */
  link(view: View, line: LineReference): string {
    const url = new URL(location.href);
    url.hash = write(view, line);
    return url.href;
  }

  private get text(): string {
    return this.view === undefined ? this.written : write(this.view, this.line);
  }

  private write(): void {
    const { text } = this;
    if (text === this.written) return;
    this.written = text;
    history.replaceState(history.state, '', text === '' ? location.pathname + location.search : `#${text}`);
  }
}

function write(view: View, line: LineReference | undefined): string {
  const parts = new URLSearchParams(writeView(view));
  if (line !== undefined) parts.set(LINE, writeLine(line));
  return parts.toString();
}
