/**
 * The text of a line as a terminal would have left it: without escape sequences, and of what a carriage return
 * overwrote only the last state. It gives no colours; ansi.ts does.
 */

/**
 * Escape sequences of ECMA-48 and xterm: CSI; the strings OSC, DCS, SOS, PM and APC up to their end, or to the end of
 * the line where it is missing; other escapes with their intermediate bytes; and a lone ESC at the end.
 */
export const ESCAPE =
  /(?:\u001b\[|\u009b)([0-?]*)([ -/]*)([@-~]?)|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|(?=\u001b)|$)|\u001b[ -/]*[0-~]?/g;

const MAY_HAVE_ESCAPE = /[\u001b\u009b]/;

/** `text` without escape sequences. */
export function withoutEscapes(text: string): string {
  return MAY_HAVE_ESCAPE.test(text) ? text.replace(ESCAPE, '') : text;
}

/** What `text` shows in the end: after the last carriage return that something visible follows. */
export function settled(text: string): string {
  if (!text.includes('\r')) return text;
  return text.split('\r').findLast((state) => withoutEscapes(state) !== '') ?? '';
}

/** How often a carriage return began the line anew. */
export function overwritten(text: string): number {
  return text.includes('\r') ? text.split('\r').filter((state) => withoutEscapes(state) !== '').length - 1 : 0;
}

/** What a reader sees of `text`, and what is searched. */
export function plain(text: string): string {
  return withoutEscapes(settled(text));
}
