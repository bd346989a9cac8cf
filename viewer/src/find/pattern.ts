/** What is looked for in a line: a text or a regular expression. It says what is wrong with one, and runs none. */

export interface Pattern {
  /** Empty looks for nothing. */
  readonly text: string;
  readonly isRegex: boolean;
  readonly isCased: boolean;
}

export const NOTHING: Pattern = { text: '', isRegex: false, isCased: false };

/** Longer ones are refused: no one types them, and an address has to hold them. */
export const MAX_PATTERN = 1_000;

/** What is wrong with `pattern` in a few words, or undefined. */
export function problem(pattern: Pattern): string | undefined {
  if (pattern.text.length > MAX_PATTERN) return `longer than ${String(MAX_PATTERN)} characters`;
  try {
    expression(pattern);
    return undefined;
  } catch (error) {
    // Engines repeat the expression before the reason: "Invalid regular expression: /(/: Unterminated group".
    return error instanceof Error ? (error.message.split(': ').at(-1) ?? error.message) : String(error);
  }
}

/** A global expression that finds `pattern`; throws if it has a problem. */
export function expression({ text, isRegex, isCased }: Pattern): RegExp {
  const source = isRegex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return new RegExp(source, isCased ? 'g' : 'gi');
}

/** Tells of a text whether `pattern`, which has no problem, is in it. */
export function matcher(pattern: Pattern): (text: string) => boolean {
  const { text, isRegex, isCased } = pattern;
  if (!isRegex && isCased) return (line) => line.includes(text);
  const found = new RegExp(expression(pattern).source, isCased ? '' : 'i');
  return (line) => found.test(line);
}

/** Where `found` is in `text`: pairs of begin and end, at most `limit` pairs, none of them empty. */
export function ranges(found: RegExp, text: string, limit: number): number[] {
  const pairs: number[] = [];
  found.lastIndex = 0;
  for (let match = found.exec(text); match !== null && pairs.length < 2 * limit; match = found.exec(text)) {
    if (match[0] === '') found.lastIndex += 1;
    else pairs.push(match.index, match.index + match[0].length);
  }
  return pairs;
}
