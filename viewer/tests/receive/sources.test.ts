import { describe, expect, test } from 'vitest';
import { Sources } from '../../src/receive/sources';
import { status } from '../support/messages';

describe('sources', () => {
  test('are known by identity; name and path are labels that may change', () => {
    const sources = new Sources();
    const source = sources.ofAgent('a1', 'web-1', 's1', '/var/log/app.log');
    const { version } = sources;
    expect(sources.ofAgent('a1', 'web-one', 's1', '/srv/app.log')).toBe(source);
    expect(source).toMatchObject({ agentName: 'web-one', path: '/srv/app.log', label: 'app.log' });
    expect(sources.version).toBeGreaterThan(version);
  });

  test('of one agent with the same file name are told apart, of two agents by the agent', () => {
    const sources = new Sources();
    const one = sources.ofAgent('a1', 'web-1', 's1', '/srv/a/app.log');
    const other = sources.ofAgent('a1', 'web-1', 's2', '/srv/b/app.log');
    const elsewhere = sources.ofAgent('a2', 'web-2', 's1', '/srv/a/app.log');
    sources.settleLabels();
    expect([one, other, elsewhere].map(({ label }) => label)).toEqual(['a/app.log', 'b/app.log', 'app.log']);
  });

  test('of plain messages are their senders', () => {
    const sources = new Sources();
    expect(sources.ofPlain('alice')).toBe(sources.ofPlain('alice'));
    expect([sources.ofPlain('alice').label, sources.ofPlain('').label]).toEqual(['alice', 'message']);
  });

  test('are followed if lines came or may come', () => {
    const sources = new Sources();
    for (const [source, state] of [
      ['s1', 'tailing'],
      ['s2', 'waiting'],
      ['s3', 'skipped'],
      ['s4', 'ended'],
    ] as const) {
      for (const facts of status([{ state }]).sources)
        sources.tell(sources.ofAgent('a1', 'web-1', source, '/app.log'), facts);
    }
    sources.ofAgent('a1', 'web-1', 's4', '/app.log').lines += 1;
    expect(sources.followed).toBe(2);
  });

  test('keep the state of their newest epoch', () => {
    const sources = new Sources();
    const source = sources.ofAgent('a1', 'web-1', 's1', '/app.log');
    for (const [epoch, state] of [
      [2, 'tailing'],
      [1, 'ended'],
    ] as const) {
      for (const facts of status([{ epoch, state }]).sources) sources.tell(source, facts);
    }
    expect(source).toMatchObject({ epoch: 2, state: 'tailing' });
  });
});
