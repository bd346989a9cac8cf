/**
 * Decodes what a group message holds: a batch of lines or a status as docs/wire.md specifies them, plain text, or any
 * other value, which is shown as it is. It decides nothing about repeats and gaps; that is receiver.ts.
 */

import { isObject, type Frame } from '../connect/frames';
import { memberText } from './json-text';

/** Value of the key `tailcast` in the messages of docs/wire.md that this page understands. */
export const FORMAT_VERSION = 1;

interface FromAgent {
  readonly agent: string;
  readonly name: string;
  /** The agent's clock when it built the message, in ms since 1970; absent if it told none. */
  readonly at: number | undefined;
  /** When its process started, in ms since 1970; absent from lines if it told none there. */
  readonly started: number | undefined;
}

export interface Lines extends FromAgent {
  readonly kind: 'lines';
  readonly source: string;
  readonly epoch: number;
  readonly path: string;
  /** Byte offset of the first line. */
  readonly offset: number;
  /** Raw length of each line in bytes, its line end included. */
  readonly lengths: readonly number[];
  /** Text of each line; empty if the message has an encoding that this page does not know. */
  readonly lines: readonly string[];
  /** Indexes of the lines whose text the agent cut. */
  readonly cut: readonly number[];
  /** Whether its only line has no line end yet; it comes again, whole. */
  readonly isPartial: boolean;
}

export interface Range {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

export interface SourceStatus {
  readonly source: string;
  readonly epoch: number;
  readonly path: string;
  readonly state: string;
  readonly start: number;
  readonly end: number;
  readonly lag: number;
  /** Bytes that will not come, gaps and drops alike. */
  readonly missing: readonly Range[];
  /** Where bytes are missing besides, nobody knows how many: empty ranges. */
  readonly unknown: readonly Range[];
  readonly detail: string;
}

export interface Status extends FromAgent {
  readonly kind: 'status';
  readonly started: number;
  /** Seconds until the next status at the latest. */
  readonly interval: number;
  readonly sources: readonly SourceStatus[];
}

/** What is not ours: lines of plain text, or a value shown as one line. */
export interface Plain {
  readonly kind: 'plain';
  readonly from: string;
  readonly lines: readonly string[];
}

export type Message = Lines | Status | Plain | { readonly kind: 'ignored' };

/** Decodes one frame of type `message`. */
export function decode(frame: Extract<Frame, { type: 'message' }>): Message {
  if (frame.dataType === 'json') {
    return decodeData(frame.data) ?? plain(frame.fromUserId, [memberText(frame.raw, 'data') ?? '']);
  }
  if (typeof frame.data !== 'string') return plain(frame.fromUserId, [memberText(frame.raw, 'data') ?? '']);
  if (frame.dataType === 'text') return plain(frame.fromUserId, splitLines(frame.data));
  return plain(frame.fromUserId, [`[${frame.dataType} message, ${String(base64Bytes(frame.data))} bytes]`]);
}

/** The message in `data` if it is one of this format's version and shape, else undefined. */
export function decodeData(data: unknown): Lines | Status | { readonly kind: 'ignored' } | undefined {
  if (!isObject(data) || data['tailcast'] !== FORMAT_VERSION) return undefined;
  if (typeof data['agent'] !== 'string' || typeof data['kind'] !== 'string') return undefined;
  const sender = {
    agent: data['agent'],
    name: typeof data['name'] === 'string' ? data['name'] : data['agent'],
    at: isTime(data['at']) ? data['at'] : undefined,
    started: isCount(data['started'], 0) ? data['started'] : undefined,
  };
  if (data['kind'] === 'lines') return decodeLines(data, sender);
  if (data['kind'] === 'status') return decodeStatus(data, sender);
  return { kind: 'ignored' };
}

function decodeLines(data: Record<string, unknown>, sender: FromAgent): Lines | undefined {
  const { source, epoch, path, offset, lengths, cut, partial = false } = data;
  const lines = 'encoding' in data ? [] : data['lines'];
  if (typeof source !== 'string' || typeof path !== 'string' || !isCount(epoch, 1) || !isCount(offset, 0))
    return undefined;
  if (!isArrayOf(lengths, isLength) || lengths.length === 0 || !isArrayOf(lines, isString)) return undefined;
  if (lines.length !== lengths.length && !('encoding' in data)) return undefined;
  if (partial !== false && (partial !== true || lengths.length !== 1 || 'encoding' in data)) return undefined;
  return {
    kind: 'lines',
    ...sender,
    source,
    epoch,
    path,
    offset,
    lengths,
    lines,
    cut: isArrayOf(cut, isIndex) ? cut : [],
    isPartial: partial,
  };
}

function decodeStatus(data: Record<string, unknown>, sender: FromAgent): Status | undefined {
  const { started, interval, sources } = data;
  if (!isCount(started, 0) || typeof interval !== 'number' || !Array.isArray(sources)) return undefined;
  const decoded: SourceStatus[] = [];
  for (const facts of sources) {
    const source = isObject(facts) ? decodeSource(facts) : undefined;
    if (source === undefined) return undefined;
    decoded.push(source);
  }
  return { kind: 'status', ...sender, started, interval, sources: decoded };
}

function decodeSource(facts: Record<string, unknown>): SourceStatus | undefined {
  const { source, epoch, path, state, start, end, lag, detail } = facts;
  const missing = [...decodeRanges(facts['gaps']), ...decodeRanges(facts['drops'])];
  if (typeof source !== 'string' || typeof path !== 'string' || typeof state !== 'string' || !isCount(epoch, 1))
    return undefined;
  if (!isCount(start, 0) || !isCount(end, 0) || !isCount(lag, 0)) return undefined;
  const unknown = decodeUnknown(facts['gaps']);
  return {
    source,
    epoch,
    path,
    state,
    start,
    end,
    lag,
    missing,
    unknown,
    detail: typeof detail === 'string' ? detail : '',
  };
}

function decodeRanges(ranges: unknown): Range[] {
  if (!Array.isArray(ranges)) return [];
  return ranges.flatMap((range: unknown) => {
    if (!isObject(range) || !isCount(range['from'], 0) || !isCount(range['to'], 0)) return [];
    return [
      { from: range['from'], to: range['to'], reason: typeof range['reason'] === 'string' ? range['reason'] : '' },
    ];
  });
}

function decodeUnknown(gaps: unknown): Range[] {
  const unsure = Array.isArray(gaps) ? gaps.filter((gap: unknown) => isObject(gap) && gap['more'] === true) : [];
  return decodeRanges(unsure).map(({ to, reason }) => ({ from: to, to, reason }));
}

function plain(from: string, lines: readonly string[]): Plain {
  return { kind: 'plain', from, lines };
}

/**
 * One message holds one line and its line end (docs/wire.md, `--format text`); other programs may send several at once.
 */
function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

function base64Bytes(data: string): number {
  return Math.floor((data.replace(/=+$/, '').length * 3) / 4);
}

/** Milliseconds since 1970 that a Date can hold (ECMAScript, 21.4.1.1). */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

const isLength = (value: unknown): value is number => isCount(value, 1);
const isIndex = (value: unknown): value is number => isCount(value, 0);
const isString = (value: unknown): value is string => typeof value === 'string';

function isArrayOf<T>(value: unknown, isElement: (element: unknown) => element is T): value is T[] {
  return Array.isArray(value) && value.every(isElement);
}
