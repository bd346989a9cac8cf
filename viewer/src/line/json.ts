/**
 * Reads JSON without changing it: numbers keep their digits, members their order, and a key that comes twice is there
 * twice, whatever its name. It reads strictly (RFC 8259); what is not quite JSON is not JSON.
 */

export type Json =
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Json])[] }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'string'; readonly text: string }
  /** A number, true, false or null, as written. */
  | { readonly kind: 'literal'; readonly text: string };

/** Deeper than any log, and not so deep that reading it exhausts the stack. */
const MAX_DEPTH = 200;

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** The value that all of `text` is; undefined if it is not JSON. */
export function parseJson(text: string): Json | undefined {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.skip();
  return value !== undefined && reader.at === text.length ? value : undefined;
}

/** A value in one line, as short as JSON can be. */
export function writeJson(value: Json): string {
  switch (value.kind) {
    case 'object':
      return `{${value.members.map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`).join(',')}}`;
    case 'array':
      return `[${value.items.map(writeJson).join(',')}]`;
    case 'string':
      return JSON.stringify(value.text);
    case 'literal':
      return value.text;
  }
}

class Reader {
  at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json | undefined {
    this.skip();
    const first = this.text[this.at];
    if (first === '"') {
      const text = this.string();
      return text === undefined ? undefined : { kind: 'string', text };
    }
    if (depth === MAX_DEPTH) return undefined;
    if (first === '{') return this.object(depth + 1);
    if (first === '[') return this.array(depth + 1);
    const text = this.match(LITERAL);
    return text === undefined ? undefined : { kind: 'literal', text };
  }

  skip(): void {
    this.match(SPACE);
  }

  private object(depth: number): Json | undefined {
    const members: [string, Json][] = [];
    this.at += 1;
    this.skip();
    if (this.takes('}')) return { kind: 'object', members };
    do {
      this.skip();
      const key = this.string();
      this.skip();
      const value = key !== undefined && this.takes(':') ? this.value(depth) : undefined;
      if (key === undefined || value === undefined) return undefined;
      members.push([key, value]);
      this.skip();
    } while (this.takes(','));
    return this.takes('}') ? { kind: 'object', members } : undefined;
  }

  private array(depth: number): Json | undefined {
    const items: Json[] = [];
    this.at += 1;
    this.skip();
    if (this.takes(']')) return { kind: 'array', items };
    do {
      const value = this.value(depth);
      if (value === undefined) return undefined;
      items.push(value);
      this.skip();
    } while (this.takes(','));
    return this.takes(']') ? { kind: 'array', items } : undefined;
  }

  private string(): string | undefined {
    const begin = this.at;
    // A string without an escape, as most are, is cut out; the others are left to the engine.
    const end = this.text.indexOf('"', begin + 1);
    const inner = this.text[begin] === '"' && end > 0 ? this.text.slice(begin + 1, end) : undefined;
    if (inner === undefined) return undefined;
    if (!/[\\\u0000-\u001f]/.test(inner)) {
      this.at = end + 1;
      return inner;
    }
    const raw = this.match(STRING);
    return raw === undefined ? undefined : (JSON.parse(raw) as string);
  }

  private takes(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
