import { describe, expect, test } from 'vitest';
import type { Agent } from '../../src/receive/receiver';
import { between, roster, tops } from '../../src/receive/roster';
import { Sources } from '../../src/receive/sources';

function agent(id: string, name: string): Agent {
  return { id, name, started: undefined, interval: undefined, heard: 0 };
}

function names(filter: string): string[] {
  const sources = new Sources();
  for (const [id, name, path] of [
    ['a', 'web-1', '/var/log/app.log'],
    ['a', 'web-1', '/var/log/db/slow.log'],
    ['b', 'web-2', '/var/log/app.log'],
  ] as const)
    sources.count(sources.ofAgent(id, name, path, path), 1, 0);
  sources.ofAgent('b', 'web-2', 'quiet', '/var/log/quiet.log');
  sources.ofPlain('curl');
  sources.settleLabels();
  const items = roster([agent('a', 'web-1'), agent('b', 'web-2')], sources.all, filter);
  return items.map((item) => (item.kind === 'agent' ? item.name : `- ${item.source.label}`));
}

describe('the list of sources (V21)', () => {
  test('has each agent with its files, those first that lines come from, and senders of plain messages', () => {
    expect(names('')).toEqual([
      'web-1',
      '- app.log',
      '- slow.log',
      'web-2',
      '- app.log',
      '- quiet.log',
      'Plain messages',
      '- curl',
    ]);
  });

  test('has the files of an agent by name, with numbers as people count', () => {
    const sources = new Sources();
    for (const name of ['b-10.log', 'b-9.log', 'a.log'])
      sources.count(sources.ofAgent('a', 'web-1', name, `/var/log/${name}`), 1, 0);
    const items = roster([agent('a', 'web-1')], sources.all, '');
    expect(items.flatMap((item) => (item.kind === 'file' ? [item.source.label] : []))).toEqual([
      'a.log',
      'b-9.log',
      'b-10.log',
    ]);
  });

  test('is filtered by words of agent and path', () => {
    expect(names('APP web-2')).toEqual(['web-2', '- app.log']);
    expect(names('/db/')).toEqual(['web-1', '- slow.log']);
    expect(names('nothing')).toEqual([]);
  });

  test('is drawn as far as it is in view', () => {
    const begins = tops([36, 28, 46, 28]);
    expect(begins).toEqual([0, 36, 64, 110, 138]);
    expect(between(begins, 0, 40)).toEqual([0, 2]);
    expect(between(begins, 36, 64)).toEqual([1, 2]);
    expect(between(begins, 109, 500)).toEqual([2, 4]);
    expect(between([0], 0, 500)).toEqual([0, 0]);
  });
});
