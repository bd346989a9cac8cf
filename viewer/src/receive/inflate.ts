/**
 * Puts the lines of a deflated batch in place of its body (docs/wire.md, lines). What cannot be read stays as it is, and
 * is then a gap like any unknown encoding; nothing inflates beyond a bound.
 */

import { isObject } from '../connect/frames';

const ENCODING = 'deflate-raw';
/** docs/wire.md: what a body holds at most. */
const MOST_BYTES = 1_048_576;

/** The message in `data` with plain lines; a promise only where there is something to inflate. It never rejects. */
export function inflate(data: unknown): unknown {
  if (!isObject(data) || data['encoding'] !== ENCODING || typeof data['body'] !== 'string') return data;
  return readLines(data['body']).then(
    (lines) => withLines(data, lines),
    () => data,
  );
}

function withLines(data: Record<string, unknown>, lines: unknown): Record<string, unknown> {
  const { lengths } = data;
  if (!areTexts(lines) || !Array.isArray(lengths) || lines.length !== lengths.length) return data;
  const plain: Record<string, unknown> = { ...data, lines };
  delete plain['encoding'];
  return plain;
}

async function readLines(body: string): Promise<unknown> {
  return JSON.parse(await inflateText(body));
}

async function inflateText(body: string): Promise<string> {
  const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(ENCODING)).getReader();
  let text = '';
  let room = MOST_BYTES;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    room -= value.byteLength;
    if (room < 0) {
      await reader.cancel();
      throw new RangeError(`expected at most ${String(MOST_BYTES)} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}
