/**
 * Reads the frames of the subprotocol json.reliable.webpubsub.azure.v1 that the service sends, and writes the three that
 * the page sends. It knows nothing of what a group message holds; that is envelope.ts.
 */

export const SUBPROTOCOL = 'json.reliable.webpubsub.azure.v1';

export type Frame =
  /** Both empty on a connection that is not reliable. The token is a secret. */
  | { readonly type: 'connected'; readonly connectionId: string; readonly reconnectionToken: string }
  | { readonly type: 'disconnected'; readonly message: string }
  | {
      readonly type: 'ack';
      readonly ackId: number;
      readonly success: boolean;
      readonly error: string;
      readonly reason: string;
    }
  | { readonly type: 'pong' }
  | {
      readonly type: 'message';
      readonly dataType: string;
      readonly data: unknown;
      readonly fromUserId: string;
      /** Counts the messages of a reliable connection from 1; undefined on others. */
      readonly sequenceId: number | undefined;
      /** The frame as it came, for whoever must show `data` unchanged. */
      readonly raw: string;
    }
  /** Learn: clients ignore what they do not know. */
  | { readonly type: 'unknown' };

export function joinGroup(group: string, ackId: number): string {
  return JSON.stringify({ type: 'joinGroup', group, ackId });
}

/** All messages up to `sequenceId` arrived. */
export function sequenceAck(sequenceId: number): string {
  return JSON.stringify({ type: 'sequenceAck', sequenceId });
}

export const PING = '{"type":"ping"}';

/** Reads one WebSocket text message; what is not JSON or has another shape is `unknown`. */
export function readFrame(raw: string): Frame {
  let frame: unknown;
  try {
    frame = JSON.parse(raw);
  } catch {
    return { type: 'unknown' };
  }
  if (!isObject(frame)) return { type: 'unknown' };
  switch (frame['type']) {
    case 'message':
      return readMessage(frame, raw);
    case 'ack':
      return readAck(frame);
    case 'pong':
      return { type: 'pong' };
    case 'system':
      return readSystem(frame);
    default:
      return { type: 'unknown' };
  }
}

function readSystem(frame: Record<string, unknown>): Frame {
  if (frame['event'] === 'disconnected') return { type: 'disconnected', message: text(frame['message']) };
  if (frame['event'] !== 'connected') return { type: 'unknown' };
  return {
    type: 'connected',
    connectionId: text(frame['connectionId']),
    reconnectionToken: text(frame['reconnectionToken']),
  };
}

function readMessage(frame: Record<string, unknown>, raw: string): Frame {
  if (frame['data'] === undefined) return { type: 'unknown' };
  return {
    type: 'message',
    dataType: text(frame['dataType']) || 'json',
    data: frame['data'],
    fromUserId: text(frame['fromUserId']),
    sequenceId: typeof frame['sequenceId'] === 'number' ? frame['sequenceId'] : undefined,
    raw,
  };
}

function readAck(frame: Record<string, unknown>): Frame {
  if (typeof frame['ackId'] !== 'number') return { type: 'unknown' };
  const error = isObject(frame['error']) ? frame['error'] : {};
  return {
    type: 'ack',
    ackId: frame['ackId'],
    success: frame['success'] === true,
    error: text(error['name']),
    reason: text(error['message']),
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
