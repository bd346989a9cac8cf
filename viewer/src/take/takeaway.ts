/**
 * What the reader takes along: picked or marked lines as text, the lines shown as a file, the address of a line. It
 * decides what; words.ts and taking.ts make the text of it.
 */

import type { Sieve } from '../find/sieve';
import type { List } from '../list/list';
import { element, say } from '../page/elements';
import { counted } from '../page/words';
import { DownloadDialog } from '../panels/download-dialog';
import { PickedBar } from '../panels/picked-bar';
import type { Feed } from '../receive/feed';
import type { Backlog } from '../store/backlog';
import type { Address } from '../view/address';
import type { View } from '../view/view';
import { copyText } from './clipboard';
import { saveFile } from './file';
import { NativeSelection, type End } from './native';
import type { Span } from './picked';
import { taken, type Taken } from './taking';
import { prefix, seenText } from './words';

/** Lines of a file that are made into one text. */
const PART_LINES = 1_000;

/** What lines are taken from. */
interface Desk {
  readonly view: View;
  readonly list: List;
  readonly sieve: Sieve;
}

export class Takeaway {
  private readonly announcer = element('announcer', HTMLElement);
  /** What the reader marked by hand. */
  readonly native: NativeSelection;
  private readonly bar: PickedBar;
  private readonly dialog: DownloadDialog;

  constructor(
    rows: HTMLElement,
    private readonly backlog: Backlog,
    private readonly feed: Feed,
    private readonly desk: Desk,
    private readonly address: Address,
  ) {
    this.native = new NativeSelection(rows, backlog);
    this.bar = new PickedBar({
      copy: this.copy,
      link: this.copyLink,
      download: this.openDownload,
      clear: this.clear,
    });
    this.dialog = new DownloadDialog(this.download);
    document.addEventListener('copy', this.onCopy);
  }

  /** Brings the bar in step with what is picked. */
  readonly show = (): void => {
    const { span } = this.desk.list.pointing.picked;
    this.bar.show(span === undefined ? 0 : this.count(span));
  };

  /** Picks no line any more; returns whether one was. */
  readonly clear = (): boolean => {
    const wasPicked = this.desk.list.pointing.picked.span !== undefined;
    this.desk.list.pointing.unpick();
    this.show();
    return wasPicked;
  };

  /** Copies the picked lines, or the one that keys act on, as text. */
  readonly copy = (isPrefixed: boolean): void => {
    const lines = [...this.lines(this.span)];
    void this.put(lines.map((line) => this.seen(line, isPrefixed)).join('\n'), counted(lines.length, 'line'));
  };

  /** Copies an address that leads to the line that keys act on. */
  readonly copyLink = (): void => {
    const { current } = this.desk.list.pointing;
    const place = current === undefined ? undefined : this.backlog.find(current);
    const chunk = place === undefined ? undefined : this.backlog.chunks[place.chunk];
    const life = chunk?.lives[place?.index ?? 0] ?? -1;
    const identity = this.feed.sourceOf(life)?.identity;
    const epoch = this.feed.epochOf(life);
    if (identity === undefined || epoch === 0) {
      this.tell('This line has no address: it came without a place in a file');
      return;
    }
    const line = { identity, epoch, offset: chunk?.offsets[place?.index ?? 0] ?? 0 };
    void this.put(this.address.link(this.desk.view, line), 'link to the line');
  };

  readonly openDownload = (): void => {
    const isPicked = this.desk.list.pointing.picked.span !== undefined;
    this.dialog.open(this.count(this.downloadable), isPicked ? 'picked' : this.desk.sieve.isFiltering ? 'shown' : '');
  };

  private readonly download = (isPrefixed: boolean): void => {
    const parts: string[] = [];
    let part: string[] = [];
    for (const line of this.lines(this.downloadable)) {
      part.push(`${isPrefixed ? this.prefix(line) : ''}${textOf(line)}\n`);
      if (part.length < PART_LINES) continue;
      parts.push(part.join(''));
      part = [];
    }
    saveFile([...parts, part.join('')], `tailcast-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.log`);
  };

  private readonly onCopy = (event: ClipboardEvent): void => {
    const text = this.markedText() ?? this.pickedText();
    if (text === undefined || event.defaultPrevented) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };

  /** What the reader marked across several lines: of the first and the last one no more than is marked. */
  private markedText(): string | undefined {
    const { ends } = this.native;
    if (ends === undefined) return undefined;
    const [first, last] = ends;
    const from = this.backlog.find(first.key);
    const to = this.backlog.find(last.key);
    if (from === undefined || to === undefined) return undefined;
    const span = { from, end: { ...to, index: to.index + 1 } };
    return [...this.lines(span)].map((line) => cut(line, first, last)).join('\n');
  }

  private pickedText(): string | undefined {
    const target = document.activeElement;
    const isTyping = target instanceof HTMLInputElement || getSelection()?.isCollapsed === false;
    if (
      isTyping ||
      (this.desk.list.pointing.picked.span === undefined && this.desk.list.pointing.pointed === undefined)
    )
      return undefined;
    return [...this.lines(this.span)].map((line) => this.seen(line, false)).join('\n');
  }

  /** The picked rows, else the one that keys act on. */
  private get span(): Span {
    const { picked, current } = this.desk.list.pointing;
    const place = current === undefined ? undefined : this.backlog.find(current);
    if (picked.span !== undefined) return picked.span;
    const from = place ?? { chunk: 0, index: 0 };
    return { from, end: { ...from, index: from.index + (place === undefined ? 0 : 1) } };
  }

  /** The picked rows, else all that are shown. */
  private get downloadable(): Span {
    return this.desk.list.pointing.picked.span ?? { from: { chunk: 0, index: 0 }, end: this.desk.list.span.end };
  }

  private lines(span: Span): Iterable<Taken> {
    return taken(this.backlog, this.desk.sieve, span);
  }

  private count(span: Span): number {
    return [...this.lines(span)].length;
  }

  private seen(line: Taken, isPrefixed: boolean): string {
    return (isPrefixed ? this.prefix(line) : '') + seenText(textOf(line));
  }

  private prefix(line: Taken): string {
    const { chunk, index } = line;
    const source = this.feed.sourceOf(chunk.lives[index] ?? -1);
    return prefix(textOf(line), chunk.times[index] ?? 0, source, this.desk.view.time);
  }

  private async put(text: string, what: string): Promise<void> {
    this.tell((await copyText(text)) ? `Copied ${what}` : 'The browser did not allow to copy');
  }

  /** Says so beside the lines and to a screen reader. */
  private tell(words: string): void {
    say(this.announcer, words);
    this.bar.tell(words);
  }
}

function textOf({ chunk, index }: Taken): string {
  return chunk.texts[index] ?? '';
}

function cut(line: Taken, first: End, last: End): string {
  const key = line.chunk.firstKey + line.index;
  const text = seenText(textOf(line));
  return text.slice(
    key === first.key ? Math.min(first.characters, text.length) : 0,
    key === last.key ? last.characters : undefined,
  );
}
