/**
 * Makes text safe to look at: what a browser would swallow, or let reorder the line, is shown as a sign. It never makes
 * HTML.
 */

/**
 * C0 controls but the tab, DEL, C1 controls, line and paragraph separators, and the controls that turn the direction of
 * text (Unicode Technical Report 36, "Bidirectional Text Spoofing").
 */
const HIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const HAS_HIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** `text` with a visible sign in place of each hidden character. */
export function visible(text: string): string {
  return HAS_HIDDEN.test(text) ? text.replace(HIDDEN, sign) : text;
}

/** Unicode's control pictures where there is one (U+2400 on), else the number of the character. */
function sign(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`;
}

/** The first `length` UTF-16 units of `text`, one fewer where that would cut a character in two. */
export function head(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}
