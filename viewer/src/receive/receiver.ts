/**
 * The receiver of docs/wire.md: drops repeats line by line, knows what is missing, notices restarts, new epochs and
 * silent agents. It keeps no text and no place on the page; feed.ts puts its findings there.
 */

import type { Lines, SourceStatus, Status } from './envelope';
import { Life, type Run } from './life';

/** docs/wire.md: silence of three intervals means that the agent is gone. */
const SILENT_INTERVALS = 3;
/** Older lives of a source are forgotten; a repeat of a line that old would be shown again. */
const MAX_EPOCHS = 16;

export interface Agent {
  readonly id: string;
  name: string;
  /** When its process started, in ms since 1970; undefined until a message told. */
  started: number | undefined;
  /** Seconds between statuses at most; undefined until a status told. */
  interval: number | undefined;
  /** When this page last heard of it or rejoined, by the page's clock in ms. */
  heard: number;
}

export interface LinesFinding {
  /** Whether another process than the one known before sent it. */
  readonly isRestart: boolean;
  readonly life: Life;
  /** The lines that are new, in order. */
  readonly runs: readonly Run[];
  /** Whether the life's missing ranges may differ from before. */
  readonly isChanged: boolean;
  /** Whether this message is the first of an epoch that follows a known one. */
  readonly isNewEpoch: boolean;
}

export interface StatusFinding {
  readonly isRestart: boolean;
  readonly lives: readonly {
    readonly life: Life;
    readonly isChanged: boolean;
    readonly isNewEpoch: boolean;
    readonly facts: SourceStatus;
  }[];
}

export class Receiver {
  readonly agents = new Map<string, Agent>();
  private readonly sources = new Map<string, Map<number, Life>>();

  takeLines(message: Lines, now: number): LinesFinding {
    const agent = this.hear(message, now);
    const { started } = message;
    const isRestart = started !== undefined && agent.started !== undefined && started > agent.started;
    if (started !== undefined) agent.started = Math.max(started, agent.started ?? 0);
    const { life, isNewEpoch } = this.life(message.agent, message.source, message.epoch);
    if (message.isPartial) {
      life.takePartial(message.offset, message.lines[0] ?? '');
      return { isRestart, life, runs: [], isChanged: true, isNewEpoch };
    }
    if (message.lines.length === 0) {
      life.takeUnreadable(message.offset, message.lengths);
      return { isRestart, life, runs: [], isChanged: true, isNewEpoch };
    }
    return { isRestart, life, ...life.takeLines(message.offset, message.lengths), isNewEpoch };
  }

  takeStatus(message: Status, now: number): StatusFinding {
    const agent = this.hear(message, now);
    const isRestart = agent.started !== undefined && agent.started !== message.started;
    agent.started = message.started;
    agent.interval = message.interval;
    const lives = message.sources.map((facts) => {
      const { life, isFirstNews, isNewEpoch } = this.life(message.agent, facts.source, facts.epoch);
      const isChanged = life.takeStatus(facts.start, facts.end, facts.missing, isFirstNews);
      if (facts.state === 'ended') life.partial = undefined;
      // Of a life that nothing was known of it is history, as all else that is told of it.
      const isUnsure = (!isFirstNews || life.isSuccessor) && life.takeUnknown(facts.unknown);
      return {
        life,
        isChanged: isChanged || isUnsure,
        isNewEpoch,
        facts,
      };
    });
    return { isRestart, lives };
  }

  /** The page has joined its group again after a pause in which messages were missed. */
  rejoined(now: number): void {
    for (const life of this.lives()) life.makeFirm();
    for (const agent of this.agents.values()) agent.heard = now;
  }

  /** The agents that said nothing for more than three of their intervals. */
  silent(now: number): Agent[] {
    return [...this.agents.values()].filter(
      ({ interval, heard }) => interval !== undefined && now - heard > SILENT_INTERVALS * interval * 1_000,
    );
  }

  *lives(): Iterable<Life> {
    for (const epochs of this.sources.values()) yield* epochs.values();
  }

  private hear(message: Lines | Status, now: number): Agent {
    let agent = this.agents.get(message.agent);
    if (agent === undefined) {
      agent = { id: message.agent, name: message.name, started: undefined, interval: undefined, heard: now };
      this.agents.set(message.agent, agent);
    }
    agent.name = message.name;
    agent.heard = now;
    return agent;
  }

  private life(
    agent: string,
    source: string,
    epoch: number,
  ): { life: Life; isFirstNews: boolean; isNewEpoch: boolean } {
    const key = `${agent}\0${source}`;
    let epochs = this.sources.get(key);
    if (epochs === undefined) {
      epochs = new Map();
      this.sources.set(key, epochs);
    }
    const known = epochs.get(epoch);
    if (known !== undefined) return { life: known, isFirstNews: false, isNewEpoch: false };
    const others = [...epochs.keys()];
    const life = new Life(
      epoch,
      others.some((other) => other < epoch),
    );
    epochs.set(epoch, life);
    if (epochs.size > MAX_EPOCHS) epochs.delete(Math.min(epoch, ...others));
    return { life, isFirstNews: true, isNewEpoch: others.length > 0 && others.every((other) => other < epoch) };
  }
}
