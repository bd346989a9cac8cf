/**
 * The sentences of the page: numbers, sizes, times, dividers and the state of the connection, in words. It decides
 * nothing.
 */

import type { Phase } from '../connect/session';
import type { Divider } from '../store/notes';

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const DECIMAL = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function count(value: number): string {
  return NUMBER.format(value);
}

export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Exact up to 9,999 bytes, then in decimal units, as file managers show them. */
export function bytes(value: number): string {
  if (value < 10_000) return counted(value, 'byte');
  const [size, unit] = value < 1e6 ? [value / 1e3, 'KB'] : value < 1e9 ? [value / 1e6, 'MB'] : [value / 1e9, 'GB'];
  return `${DECIMAL.format(size)} ${unit}`;
}

/** How long `seconds` are: 9 s, 3 min, 2 h. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${count(seconds)} s`;
  if (seconds < 5_400) return `${count(seconds / 60)} min`;
  return `${count(seconds / 3_600)} h`;
}

/** What a gap's reason means; one of a later version is shown as it is. */
const REASONS: Readonly<Record<string, string>> = {
  truncated: 'the file was truncated before they were read',
  removed: 'the file was removed before they were read',
  rate: 'left out by the rate limit',
  binary: 'left out as binary content',
  nul: 'left out, they are NUL bytes',
};

/** What is worth saying of a source's state; `tailing` is what everyone expects. */
const STATES: Readonly<Record<string, string>> = {
  tailing: '',
  waiting: 'nothing is there yet',
  unreadable: 'cannot be read',
  skipped: 'left out',
};

export function sourceState({ state, detail }: { readonly state: string; readonly detail: string }): string {
  if (state === 'waiting' && detail !== '') return detail;
  return [STATES[state] ?? state, detail].filter((part) => part !== '').join(': ');
}

export function divider(note: Divider): string {
  switch (note.kind) {
    case 'gap': {
      const reason = REASONS[note.reason] ?? note.reason;
      return `${bytes(note.bytes)} of ${note.label} missing${reason === '' ? '' : `: ${reason}`}`;
    }
    case 'unknown':
      return `more of ${note.label} may be missing, nobody knows how much: ${REASONS[note.reason] ?? note.reason}`;
    case 'restart':
      return `${note.name} restarted`;
    case 'epoch':
      return `new file (${note.label})`;
    case 'reconnected':
      return `reconnected after ${duration(note.seconds)}`;
    case 'overslept':
      return `${counted(note.messages, 'message was', 'messages were')} not kept while this page slept`;
  }
}

/**
 * `isOldest`: nothing older is held; otherwise the lines were dropped between others, to keep what the reader was
 * looking at.
 */
export function droppedLines(lines: number, isOldest: boolean, capacity: number): string {
  return isOldest
    ? `${counted(lines, 'older line was', 'older lines were')} dropped: the page keeps the newest ${count(capacity)}`
    : `${counted(lines, 'line was', 'lines were')} dropped here while you were reading above`;
}

export interface ConnectionWords {
  /** A word or two for the tool bar. */
  readonly state: string;
  /** What is worth knowing of a connection that is well, or empty. */
  readonly note: string;
  /** What is wrong, or empty. */
  readonly problem: string;
  /** When it is tried again, or empty. */
  readonly next: string;
}

/** How long it is worth saying that the connection was recovered. */
const NEWS_MS = 10_000;

export function connection(phase: Phase, now: number): ConnectionWords {
  const problem = 'failure' in phase ? (phase.failure?.problem ?? '') : '';
  switch (phase.name) {
    case 'joined': {
      const isNews = phase.recoveredMs !== undefined && now - phase.since < NEWS_MS;
      return { state: 'Live', note: isNews ? recovered(phase.recoveredMs) : '', problem: '', next: '' };
    }
    case 'waiting': {
      const seconds = Math.max(1, Math.ceil((phase.retryAt - now) / 1_000));
      return { state: 'Not connected', note: '', problem, next: `Trying again in ${String(seconds)} s.` };
    }
    case 'negotiating':
      return { state: 'Connecting', note: '', problem, next: 'Asking the negotiate service\u2026' };
    case 'connecting':
      return { state: 'Connecting', note: '', problem, next: 'Opening the connection to the Web PubSub service\u2026' };
    case 'joining':
      return { state: 'Connecting', note: '', problem, next: 'Joining the group\u2026' };
    case 'recovering':
      return {
        state: 'Connecting',
        note: '',
        problem,
        next: 'Recovering the connection, so that nothing is missed\u2026',
      };
  }
}

function recovered(ms: number): string {
  return `recovered after ${duration(Math.ceil(ms / 1_000))}, nothing was missed`;
}
