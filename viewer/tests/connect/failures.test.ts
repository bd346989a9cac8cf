import { describe, expect, test } from 'vitest';
import { joinRefused, negotiateRefused, serviceClosed } from '../../src/connect/failures';

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
    [1006, '', '', false, 'did not accept'],
    [1006, '', '', true, 'was lost'],
    [1001, '', 'Service reload', true, 'Service reload'],
    [1008, 'The outbound message queue is full.', '', true, 'The outbound message queue is full.'],
    [1011, '', '', true, 'code 1011'],
  ])('with code %d, reason %j, farewell %j, open %s', (code, reason, said, wasOpen, expected) => {
    expect(serviceClosed(code, reason, said, wasOpen)).toMatchObject({
      hop: 'service',
      problem: expect.stringContaining(expected) as string,
    });
  });
});

test('a forbidden group is explained, another refusal quoted', () => {
  expect(joinRefused('Forbidden', 'no').problem).toContain('role');
  expect(joinRefused('InternalServerError', 'Internal server error').problem).toContain('Internal server error');
});
