/**
 * Everything that lines come from: each file of each agent, and each sender of plain messages, with its label, colour
 * and last known state. It holds no lines and draws nothing.
 */

import { Colours } from './colours';
import type { SourceStatus } from './envelope';
import { fileName, shortest } from './labels';
import { Rate } from './rate';

export interface Source {
  /** What names it in a filter: agent and source, or the sender of plain messages. */
  readonly identity: string;
  /** Name of the agent; empty for plain messages. */
  agentName: string;
  /** Identity of the agent; undefined for plain messages. */
  readonly agent: string | undefined;
  /** Path as the agent found it, or the sender of plain messages. */
  path: string;
  /** Short name, unique within its agent once labels are settled. */
  label: string;
  hue: number;
  /** Lines that came since the page was opened. */
  lines: number;
  /**
   * What the agent last said of it: `tailing`, `waiting`, `unreadable`, `skipped`, `ended`; empty before it said
   * anything.
   */
  state: string;
  /** What to do about the state, in the agent's words. */
  detail: string;
  epoch: number;
  /** Bytes that the agent had not published yet when it last told, without those that came since. */
  lag: number;
  /** How many bytes the file of this epoch had when the agent last told. */
  size: number;
  readonly rate: Rate;
  /** When the last line came, by the page's clock in ms since 1970; undefined before the first. */
  heard: number | undefined;
}

/** Whether lines came or may come; not so from a path with nothing at it, or a file that is left out. */
export function isFollowed({ lines, state }: Source): boolean {
  return lines > 0 || state === 'tailing';
}

export class Sources {
  /** In the order of their first appearance. */
  readonly all: Source[] = [];
  /** Grows with every change but that of a line count. */
  version = 0;
  private isUnsettled = false;
  private readonly colours = new Colours();
  private readonly byIdentity = new Map<string, Source>();

  /** `chosen` gives the colour that the reader chose for a source, by its identity. */
  constructor(private readonly chosen: (identity: string) => number | undefined = () => undefined) {}

  /** The file `source` of `agent`, under the name and path that the agent calls it by now. */
  ofAgent(agent: string, agentName: string, source: string, path: string): Source {
    const known = this.byIdentity.get(`${agent}\0${source}`);
    if (known === undefined) {
      return this.add(`${agent}\0${source}`, { agent, agentName, path, label: fileName(path) });
    }
    if (known.agentName !== agentName || known.path !== path) {
      known.agentName = agentName;
      known.path = path;
      known.label = fileName(path);
      this.version += 1;
      this.isUnsettled = true;
    }
    return known;
  }

  /** Whoever sends plain messages under this user id; empty if the service names none. */
  ofPlain(user: string): Source {
    const label = user === '' ? 'message' : user;
    return (
      this.byIdentity.get(`\0${user}`) ?? this.add(`\0${user}`, { agent: undefined, agentName: '', path: label, label })
    );
  }

  /** How many lines come from, or may come. */
  get followed(): number {
    return this.all.filter(isFollowed).length;
  }

  /**
   * Gives files of one agent whose names end alike as much of their path as tells them apart; to be called now and
   * then.
   */
  settleLabels(): void {
    if (!this.isUnsettled) return;
    this.isUnsettled = false;
    const alike = Map.groupBy(
      this.all.filter(({ agent }) => agent !== undefined),
      ({ agent, path }) => `${agent ?? ''}\0${fileName(path)}`,
    );
    for (const group of alike.values()) {
      const labels = shortest(group.map(({ path }) => path));
      for (const [index, source] of group.entries()) source.label = labels[index] ?? source.label;
    }
  }

  /** So many lines came of it. */
  count(source: Source, lines: number, now: number): void {
    source.lines += lines;
    source.rate.add(lines, now);
    source.heard = now;
  }

  /** Lines came, or were told of, up to this offset of that epoch: what an earlier status held for late is here. */
  reach(source: Source, epoch: number, end: number): void {
    if (epoch === source.epoch) source.lag = Math.max(0, Math.min(source.lag, source.size - end));
  }

  tell(source: Source, facts: SourceStatus): void {
    if (facts.epoch >= source.epoch) {
      source.lag = facts.lag;
      source.size = facts.end + facts.lag;
    }
    if (
      facts.epoch < source.epoch ||
      (facts.epoch === source.epoch && facts.state === source.state && facts.detail === source.detail)
    )
      return;
    source.epoch = facts.epoch;
    source.state = facts.state;
    source.detail = facts.detail;
    this.version += 1;
  }

  private add(identity: string, names: Pick<Source, 'agent' | 'agentName' | 'path' | 'label'>): Source {
    const source: Source = {
      identity,
      ...names,
      hue: this.chosen(identity) ?? this.colours.choose(identity),
      lines: 0,
      state: '',
      detail: '',
      epoch: 0,
      lag: 0,
      size: 0,
      rate: new Rate(),
      heard: undefined,
    };
    this.byIdentity.set(identity, source);
    this.all.push(source);
    this.version += 1;
    this.isUnsettled = true;
    return source;
  }
}
