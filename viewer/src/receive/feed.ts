/**
 * Puts what arrives into the backlog: new lines in the order of their file, dividers where lines are missing, where a
 * file began anew and where an agent restarted. It joins receiver, sources and backlog, and draws nothing.
 */

import { Folding } from '../line/folding';
import type { Backlog, Entry } from '../store/backlog';
import type { Gap, Note } from '../store/notes';
import type { Lines, Message, Plain, Status } from './envelope';
import type { Life, Run } from './life';
import { Receiver } from './receiver';
import { Sources, type Source } from './sources';

/** One life of a file, or one sender of plain messages, as the backlog numbers them. */
interface Strand {
  readonly source: Source;
  /** Of the life; 0 for plain messages. */
  readonly epoch: number;
  /** Offset of the last entry in the backlog. */
  tail: number;
  /** The dividers of its gaps, by the offset at which each begins. */
  readonly gaps: Map<number, { readonly key: number; readonly gap: Gap }>;
  /** How many of the places are shown where nobody knows what is missing. */
  unknown: number;
  /** The entry of the unfinished line. */
  partial: { readonly key: number; readonly text: string } | undefined;
  readonly folding: Folding;
  /** The last line that began something of its own: a stack trace after it goes on with it. */
  head: { readonly key: number; readonly text: string } | undefined;
}

export class Feed {
  readonly receiver = new Receiver();
  readonly sources: Sources;
  private readonly strands: Strand[] = [];
  private readonly ofLife = new WeakMap<Life, number>();
  private readonly ofPlain = new Map<Source, number>();

  /** `chosen` gives the colour that the reader chose for a source, by its identity. */
  constructor(
    private readonly backlog: Backlog,
    chosen?: (identity: string) => number | undefined,
  ) {
    this.sources = new Sources(chosen);
  }

  /** Takes one message; `now` is the page's clock in ms since 1970. */
  take(message: Message, now: number): void {
    if (message.kind === 'lines') this.takeLines(message, now);
    else if (message.kind === 'status') this.takeStatus(message, now);
    else if (message.kind === 'plain') this.takePlain(message, now);
  }

  /** The page is back in its group after `awayMs`; undefined the first time. */
  joined(awayMs: number | undefined, now: number): void {
    if (awayMs === undefined) return;
    this.receiver.rejoined(now);
    this.backlog.divide({ kind: 'reconnected', seconds: Math.max(1, Math.round(awayMs / 1_000)) }, now);
  }

  /** So many messages came and were not kept for this page, which slept. */
  missed(messages: number, now: number): void {
    this.receiver.rejoined(now);
    this.backlog.divide({ kind: 'overslept', messages }, now);
  }

  /** The source of an entry, by the backlog's number of its life. */
  sourceOf(life: number): Source | undefined {
    return this.strands[life]?.source;
  }

  /** The epoch of an entry, by the backlog's number of its life; 0 if it has none, as a plain message. */
  epochOf(life: number): number {
    return this.strands[life]?.epoch ?? 0;
  }

  /** The backlog's number of a life, by its source's identity; undefined if nothing came of it. */
  lifeOf(identity: string, epoch: number): number | undefined {
    const life = this.strands.findIndex((strand) => strand.epoch === epoch && strand.source.identity === identity);
    return life < 0 ? undefined : life;
  }

  private takeLines(message: Lines, now: number): void {
    const { isRestart, life, runs, isChanged, isNewEpoch } = this.receiver.takeLines(message, now);
    const source = this.sources.ofAgent(message.agent, message.name, message.source, message.path);
    const strand = this.strandOf(life, source);
    const time = message.at ?? now;
    if (isRestart) this.backlog.divide({ kind: 'restart', name: message.name }, time);
    if (isNewEpoch) this.backlog.divide({ kind: 'epoch', label: source.label, epoch: life.epoch }, time);
    if (isChanged) this.showGaps(strand, life, time);
    if (runs.length > 0) {
      this.takeBack(strand);
      this.sources.count(
        source,
        runs.reduce((lines, run) => lines + run.to - run.from, 0),
        now,
      );
    }
    this.sources.reach(source, life.epoch, life.end);
    for (const run of runs) this.addRun(strand, message, run, time);
    this.showPartial(strand, life, time);
  }

  private takeStatus(message: Status, now: number): void {
    const { isRestart, lives } = this.receiver.takeStatus(message, now);
    const time = message.at ?? now;
    if (isRestart) this.backlog.divide({ kind: 'restart', name: message.name }, time);
    for (const { life, isChanged, isNewEpoch, facts } of lives) {
      const source = this.sources.ofAgent(message.agent, message.name, facts.source, facts.path);
      this.sources.tell(source, facts);
      this.sources.reach(source, life.epoch, life.end);
      if (isNewEpoch) this.backlog.divide({ kind: 'epoch', label: source.label, epoch: life.epoch }, time);
      if (isChanged) this.showGaps(this.strandOf(life, source), life, time);
      this.showPartial(this.strandOf(life, source), life, time);
    }
  }

  private takePlain(message: Plain, now: number): void {
    const source = this.sources.ofPlain(message.from);
    let number = this.ofPlain.get(source);
    if (number === undefined) {
      number = this.newStrand(source, 0);
      this.ofPlain.set(source, number);
    }
    for (const [index, text] of message.lines.entries())
      this.append(this.strand(number), number, source.lines + index, text, now);
    this.sources.count(source, message.lines.length, now);
  }

  private addRun(number: number, message: Lines, run: Run, time: number): void {
    const strand = this.strand(number);
    // A late line goes to its place in the file: before the first entry of this life that comes after it.
    const place = run.offset < strand.tail ? this.backlog.findOffset(number, run.offset) : undefined;
    const entries: Entry[] = [];
    let { offset } = run;
    for (let index = run.from; index < run.to; index += 1) {
      const text = message.lines[index] ?? '';
      const length = message.lengths[index] ?? 0;
      const note: Note | undefined = message.cut.includes(index) ? { kind: 'cut', bytes: length } : undefined;
      if (place === undefined) this.append(strand, number, offset, text, time, note);
      else entries.push({ offset, text, time, note });
      strand.tail = Math.max(strand.tail, offset);
      offset += length;
    }
    if (place !== undefined) this.backlog.insert(place, number, entries);
  }

  /** Adds a line at the end, under the first line of the stack trace that it goes on with. */
  private append(strand: Strand, number: number, offset: number, text: string, time: number, note?: Note): void {
    const key = this.backlog.append(number, offset, text, time, note);
    const { head } = strand;
    if (strand.folding.next(text, head?.text ?? '') && head !== undefined) this.backlog.goOn(key, head.key);
    else strand.head = { key, text };
  }

  /** Brings the dividers of a life in line with what it misses now. */
  private showGaps(number: number, life: Life, time: number): void {
    const strand = this.strand(number);
    const missing = life.missing();
    const begins = new Set(missing.map(({ from }) => from));
    for (const [from, { key }] of strand.gaps) {
      if (begins.has(from)) continue;
      this.backlog.withdraw(key);
      strand.gaps.delete(from);
    }
    for (const { from, to, reason } of missing) {
      const shown = strand.gaps.get(from);
      if (shown === undefined)
        this.addGap(number, from, { kind: 'gap', label: strand.source.label, bytes: to - from, reason }, time);
      else Object.assign(shown.gap, { bytes: to - from, reason });
    }
    for (const { from, reason } of life.unknown.slice(strand.unknown))
      this.backlog.append(number, from, '', time, { kind: 'unknown', label: strand.source.label, reason });
    strand.unknown = life.unknown.length;
  }

  /** Shows the unfinished line of a life behind its other lines, and takes back one that is finished or has grown. */
  private showPartial(number: number, life: Life, time: number): void {
    const strand = this.strand(number);
    if (strand.partial?.text === life.partial?.text) return;
    this.takeBack(number);
    if (life.partial === undefined) return;
    const { offset, text } = life.partial;
    strand.partial = { key: this.backlog.append(number, offset, text, time, { kind: 'partial' }), text };
  }

  private takeBack(number: number): void {
    const strand = this.strand(number);
    if (strand.partial !== undefined) this.backlog.withdraw(strand.partial.key);
    strand.partial = undefined;
  }

  private addGap(number: number, from: number, gap: Gap, time: number): void {
    const strand = this.strand(number);
    const place = from < strand.tail ? this.backlog.findOffset(number, from) : undefined;
    const key =
      place === undefined
        ? this.backlog.append(number, from, '', time, gap)
        : this.backlog.insert(place, number, [{ offset: from, text: '', time, note: gap }]);
    strand.gaps.set(from, { key, gap });
    strand.tail = Math.max(strand.tail, from);
  }

  private strandOf(life: Life, source: Source): number {
    const known = this.ofLife.get(life);
    if (known !== undefined) return known;
    const number = this.newStrand(source, life.epoch);
    this.ofLife.set(life, number);
    return number;
  }

  private newStrand(source: Source, epoch: number): number {
    return (
      this.strands.push({
        source,
        epoch,
        tail: -1,
        gaps: new Map(),
        unknown: 0,
        partial: undefined,
        folding: new Folding(),
        head: undefined,
      }) - 1
    );
  }

  private strand(number: number): Strand {
    const strand = this.strands[number];
    if (strand === undefined) throw new RangeError(`no strand ${String(number)}`);
    return strand;
  }
}
