import { describe, expect, test } from 'vitest';
import { joinRefused, negotiateRefused, serviceClosed, serviceRefused } from '../../src/connect/failures';

const NOW = Date.parse('2026-11-23T20:00:00Z');

describe('a refusal by negotiate', () => {
  test('is told in its own words', () => {
    const body = '{"error":"foreign_host","message":"Host evil.example is not allowed; add it to ALLOWED_HOSTS."}';
    expect(negotiateRefused(421, body, null, NOW).problem).toBe(
      'Host evil.example is not allowed; add it to ALLOWED_HOSTS.',
    );
  });

  test.each(['', '<html>Bad gateway</html>', 'null', '{"message":7}'])(
    'without words (%j) is told by its status',
    (body) => {
      expect(negotiateRefused(502, body, null, NOW).problem).toContain('502');
    },
  );

  test.each([
    ['7', 7_000],
    ['Mon, 23 Nov 2026 20:00:05 GMT', 5_000],
    ['Mon, 23 Nov 2026 19:00:00 GMT', undefined],
    ['86400', 300_000],
    ['soon', undefined],
    [null, undefined],
  ])('with Retry-After %j is left alone for %s ms', (retryAfter, expected) => {
    expect(negotiateRefused(503, '', retryAfter, NOW).leastWaitMs).toBe(expected);
  });
});

describe('a closed socket', () => {
  test.each([
    [1006, '', '', 'was lost'],
    [1001, '', 'Service reload', 'Service reload'],
    [1001, '', '', 'code 1001, it goes away'],
    [1008, 'The outbound message queue is full.', '', 'The outbound message queue is full.'],
    [1011, '', '', 'code 1011, an error of its own'],
    [1012, '', '', 'code 1012, it restarts'],
    [1013, '', '', 'code 1013, try again later'],
    [4321, '', '', '(code 4321)'],
  ])('W8: with code %d, reason %j, farewell %j', (code, reason, said, expected) => {
    expect(serviceClosed(code, reason, said)).toMatchObject({
      hop: 'service',
      problem: expect.stringContaining(expected) as string,
    });
  });
});

test('a forbidden group is explained, another refusal quoted', () => {
  expect(joinRefused('Forbidden', 'no').problem).toContain('role');
  expect(joinRefused('InternalServerError', 'Internal server error').problem).toContain('Internal server error');
});

test('W10: a quota that is used up is named, with the time of its renewal, and left alone for minutes', () => {
  const failure = serviceClosed(1008, 'The message quota of today is used up.', '');
  expect(failure.problem).toContain('quota of today is used up. The daily quota is renewed at 00:00 UTC.');
  expect(failure.leastWaitMs).toBeGreaterThanOrEqual(120_000);
});

test('W11: a service that goes on refusing may have no room, which a browser is not told', () => {
  expect(serviceRefused(false).problem).not.toContain('20 connections');
  expect(serviceRefused(true).problem).toContain('20 connections');
});
