/**
 * Finds the text of one member in a JSON object, unparsed, so that big integers, key order and repeated keys are shown
 * as they came. It expects text that JSON.parse accepted and checks nothing.
 */

/** The text of the member `name` at the top level of the JSON object `json`; the last one counts, as in JSON.parse. */
export function memberText(json: string, name: string): string | undefined {
  const wanted = JSON.stringify(name);
  let found: string | undefined;
  let at = skipSpace(json, json.indexOf('{') + 1);
  while (at < json.length && json[at] !== '}') {
    const keyEnd = endOfString(json, at);
    const key = json.slice(at, keyEnd);
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = endOfValue(json, start);
    if (key === wanted) found = json.slice(start, end);
    at = skipSpace(json, end);
    if (json[at] === ',') at = skipSpace(json, at + 1);
  }
  return found;
}

function skipSpace(json: string, at: number): number {
  while (at < json.length && ' \t\n\r'.includes(json.charAt(at))) at += 1;
  return at;
}

function endOfString(json: string, at: number): number {
  for (at += 1; at < json.length && json[at] !== '"'; at += 1) if (json[at] === '\\') at += 1;
  return at + 1;
}

function endOfValue(json: string, at: number): number {
  let depth = 0;
  while (at < json.length) {
    const character = json.charAt(at);
    if (character === '"') {
      at = endOfString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (depth === 0 && ',}] \t\n\r'.includes(character)) return at;
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth -= 1;
    at += 1;
    if (depth === 0 && (character === '}' || character === ']')) return at;
  }
  return at;
}
