/** Messages of docs/wire.md and frames around them, with everything that a test does not care about filled in. */

import type { Frame } from '../../src/connect/frames';
import type { Lines, SourceStatus, Status } from '../../src/receive/envelope';

export const AT = 1_793_476_800_000;

export function lines(texts: readonly string[], more: Partial<Lines> = {}): Lines {
  const lengths = texts.map((text) => text.length + 1);
  const sender = { kind: 'lines', agent: 'a1', name: 'web-1', at: AT, started: undefined } as const;
  return {
    ...sender,
    source: 's1',
    epoch: 1,
    path: '/var/log/app.log',
    offset: 0,
    lengths,
    lines: texts,
    cut: [],
    isPartial: false,
    ...more,
  };
}

export function status(sources: readonly Partial<SourceStatus>[], more: Partial<Status> = {}): Status {
  const facts = {
    source: 's1',
    epoch: 1,
    path: '/var/log/app.log',
    state: 'tailing',
    start: 0,
    end: 0,
    lag: 0,
    missing: [],
    unknown: [],
    detail: '',
  };
  const told = sources.map((source) => ({ ...facts, ...source }));
  return { kind: 'status', agent: 'a1', name: 'web-1', at: AT, started: 1, interval: 30, sources: told, ...more };
}

export function frame(data: unknown, dataType = 'json', fromUserId = ''): Extract<Frame, { type: 'message' }> {
  const raw = JSON.stringify({ type: 'message', dataType, data });
  return { type: 'message', dataType, data, fromUserId, sequenceId: undefined, raw };
}
