import { describe, expect, test } from 'vitest';
import { joinGroup, PING, readFrame, sequenceAck } from '../../src/connect/frames';
import { vectors } from '../support/vectors';

interface Recorded {
  readonly name: string;
  readonly text: string;
}

const { client, service } = vectors('frames.json') as { client: Recorded[]; service: Recorded[] };

describe('frames of the service', () => {
  test.each(service.map(({ name, text }) => [name, text] as const))('%s is understood', (_, text) => {
    expect(readFrame(text).type).not.toBe('unknown');
  });

  test('a refusal names its error', () => {
    const frame = readFrame('{"type":"ack","ackId":1,"success":false,"error":{"name":"Forbidden","message":"no"}}');
    expect(frame).toEqual({ type: 'ack', ackId: 1, success: false, error: 'Forbidden', reason: 'no' });
  });

  test('a message without dataType is JSON', () => {
    expect(readFrame('{"type":"message","from":"group","data":1}')).toMatchObject({
      dataType: 'json',
      data: 1,
      fromUserId: '',
    });
  });

  test('a greeting tells how to recover the connection, if it can be', () => {
    const plain = '{"type":"system","event":"connected","userId":null,"connectionId":"c1"';
    const read = { type: 'connected', connectionId: 'c1', reconnectionToken: '' };
    expect(readFrame(`${plain}}`)).toEqual(read);
    expect(readFrame(`${plain},"reconnectionToken":"T"}`)).toEqual({ ...read, reconnectionToken: 'T' });
  });

  test.each(['', 'hello', 'null', '[]', '{"type":"streamAck"}', '{"type":"message"}', '{"type":"ack"}'])(
    '%j is ignored',
    (text) => {
      expect(readFrame(text)).toEqual({ type: 'unknown' });
    },
  );
});

test('what the page sends is what clients send', () => {
  const texts = client.map(({ text }) => text);
  expect(texts).toContain(joinGroup('group1', 1));
  expect(texts).toContain(PING);
  expect(sequenceAck(3)).toBe('{"type":"sequenceAck","sequenceId":3}');
});
