/** The receiver makes of every exchange in tests/wire/batches.json what docs/wire.md says. */

import { describe, expect, test } from 'vitest';
import { decodeData } from '../../src/receive/envelope';
import type { Life } from '../../src/receive/life';
import { inflate } from '../../src/receive/inflate';
import { Receiver } from '../../src/receive/receiver';
import { vectors } from '../support/vectors';

interface Case {
  readonly name: string;
  readonly steps: readonly { readonly message?: unknown; readonly reconnected?: boolean; readonly clock_ms?: number }[];
  readonly expect: object;
}

const { cases } = vectors('batches.json') as { cases: Case[] };

async function madeOf(steps: Case['steps']): Promise<unknown> {
  const receiver = new Receiver();
  const lives = new Map<Life, readonly [string, string, number]>();
  const lines: unknown[] = [];
  const restarts: unknown[] = [];
  const plain: unknown[] = [];
  let clock = 0;
  for (const step of steps) {
    clock = step.clock_ms ?? clock;
    if (step.reconnected === true) receiver.rejoined(clock);
    if (!('message' in step)) continue;
    const message = decodeData(await inflate(step.message));
    if (message === undefined) plain.push(step.message);
    else if (message.kind === 'lines') {
      const key = [message.agent, message.source, message.epoch] as const;
      const { life, runs, isRestart } = receiver.takeLines(message, clock);
      if (isRestart) restarts.push([message.agent, message.started]);
      lives.set(life, key);
      for (const run of runs) {
        let { offset } = run;
        for (let index = run.from; index < run.to; index += 1) {
          lines.push([...key, offset, message.lines[index]]);
          offset += message.lengths[index] ?? 0;
        }
      }
    } else if (message.kind === 'status') {
      const finding = receiver.takeStatus(message, clock);
      if (finding.isRestart) restarts.push([message.agent, message.started]);
      for (const { life, facts } of finding.lives) lives.set(life, [message.agent, facts.source, facts.epoch]);
    }
  }
  const sorted = [...lives].sort(([, [a, b, c]], [, [x, y, z]]) =>
    a === x ? (b === y ? c - z : b < y ? -1 : 1) : a < x ? -1 : 1,
  );
  const gaps = sorted.flatMap(([life, key]) =>
    life.missing().map(({ from, to, reason }) => [...key, from, to, reason === '' ? null : reason]),
  );
  const provisional = sorted.flatMap(([{ partial }, key]) =>
    partial === undefined ? [] : [[...key, partial.offset, partial.text]],
  );
  const unknown = sorted.flatMap(([life, key]) => life.unknown.map(({ to, reason }) => [...key, to, reason]));
  return {
    lines,
    gaps,
    provisional,
    unknown,
    restarts,
    plain,
    silent: receiver
      .silent(clock)
      .map(({ id }) => id)
      .sort(),
  };
}

describe('an exchange', () => {
  test.each(cases.map(({ name, ...rest }) => [name, rest] as const))('%s', async (_, { steps, expect: expected }) => {
    await expect(madeOf(steps)).resolves.toEqual({ provisional: [], unknown: [], ...expected });
  });
});
