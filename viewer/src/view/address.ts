/**
 * Keeps the view in the page's address, behind the `#`, which no browser sends anywhere, and reads it from there. It
 * replaces the entry of the history instead of adding one, and applies nothing.
 */

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

  /** `opened` is called when the reader puts in another address of this page. */
  constructor(opened: (place: Place) => void) {
    addEventListener('hashchange', () => {
      opened(this.read());
    });
  }

  read(): Place {
    this.written = location.hash.slice(1);
    const parts = new URLSearchParams(this.written);
    this.line = readLine(parts.get(LINE) ?? '');
    parts.delete(LINE);
    return { view: parts.size === 0 ? undefined : readView(parts.toString()), line: this.line };
  }

  /** Puts the view into the address. To be called a few times a second at most: browsers refuse more. */
  keep(view: View): void {
    const text = write(view, this.line);
    if (text === this.written) return;
    this.written = text;
    history.replaceState(history.state, '', text === '' ? location.pathname + location.search : `#${text}`);
  }

  /** A whole address that opens the page with `view`, at `line`. */
  link(view: View, line: LineReference): string {
    const url = new URL(location.href);
    url.hash = write(view, line);
    return url.href;
  }
}

function write(view: View, line: LineReference | undefined): string {
  const parts = new URLSearchParams(writeView(view));
  if (line !== undefined) parts.set(LINE, writeLine(line));
  return parts.toString();
}
