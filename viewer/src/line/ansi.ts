/**
 * Takes a line apart into stretches of one style, as SGR sequences give it (ECMA-48, 8.3.117; xterm for 256 and true
 * colours). All other escape sequences are left out. It makes no elements.
 */

import { indexed, type Rgb } from './colour';
import { ESCAPE } from './plain';

export interface Style {
  readonly colour?: Rgb;
  readonly background?: Rgb;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
  readonly isItalic?: boolean;
  readonly isUnderlined?: boolean;
  readonly isStruck?: boolean;
  readonly isInverse?: boolean;
}

export interface Stretch {
  readonly text: string;
  readonly style: Style;
}

const PLAIN: Style = {};

/** The stretches of `text`; those without text are left out. */
export function stretches(text: string): Stretch[] {
  if (!text.includes('\u001b') && !text.includes('\u009b')) return [{ text, style: PLAIN }];
  const found: Stretch[] = [];
  let style = PLAIN;
  let at = 0;
  const push = (end: number): void => {
    if (end > at) found.push({ text: text.slice(at, end), style });
  };
  for (const match of text.matchAll(ESCAPE)) {
    push(match.index);
    at = match.index + match[0].length;
    if (match[3] === 'm' && match[2] === '') style = restyled(style, match[1] ?? '');
  }
  push(text.length);
  return found;
}

/** `style` after the parameters of one SGR sequence. */
function restyled(style: Style, parameters: string): Style {
  let changed = style;
  // Colons part the pieces of one parameter (ITU T.416), semicolons parameters; xterm takes either for colours.
  const groups = parameters
    .split(';')
    .map((group) => group.split(':').map((piece) => (piece === '' ? 0 : Number(piece))));
  for (let index = 0; index < groups.length; index += 1) {
    const group = groups[index] ?? [];
    const code = group[0] ?? 0;
    if (code !== 38 && code !== 48) {
      changed = simple(changed, code, group[1]);
      continue;
    }
    const flat = group.length > 1 ? group.slice(1) : groups.slice(index + 1).map(([piece]) => piece ?? 0);
    const { colour, length } = colourOf(flat, group.length > 1);
    if (group.length === 1) index += length;
    if (colour !== undefined) changed = { ...changed, [code === 38 ? 'colour' : 'background']: colour };
  }
  return changed;
}

/** The colour in what follows 38 or 48, and how many parameters it takes. */
function colourOf(pieces: readonly number[], hasColons: boolean): { colour: Rgb | undefined; length: number } {
  const isByte = (value: number | undefined): value is number =>
    Number.isInteger(value) && (value ?? -1) >= 0 && (value ?? 256) < 256;
  if (pieces[0] === 5) return { colour: isByte(pieces[1]) ? indexed(pieces[1]) : undefined, length: 2 };
  if (pieces[0] !== 2) return { colour: undefined, length: 1 };
  // With colons the identifier of a colour space may come first.
  const [red, green, blue] = hasColons && pieces.length > 4 ? pieces.slice(2) : pieces.slice(1);
  return { colour: isByte(red) && isByte(green) && isByte(blue) ? [red, green, blue] : undefined, length: 4 };
}

function simple(style: Style, code: number, piece: number | undefined): Style {
  const { colour, background, ...rest } = style;
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 3) return { ...style, isItalic: true };
  if (code === 4) return { ...style, isUnderlined: piece !== 0 };
  if (code === 7) return { ...style, isInverse: true };
  if (code === 9) return { ...style, isStruck: true };
  if (code === 21) return { ...style, isUnderlined: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 23) return { ...style, isItalic: false };
  if (code === 24) return { ...style, isUnderlined: false };
  if (code === 27) return { ...style, isInverse: false };
  if (code === 29) return { ...style, isStruck: false };
  if (code === 39) return background === undefined ? rest : { ...rest, background };
  if (code === 49) return colour === undefined ? rest : { ...rest, colour };
  if (code >= 30 && code < 38) return { ...style, colour: indexed(code - 30) };
  if (code >= 40 && code < 48) return { ...style, background: indexed(code - 40) };
  if (code >= 90 && code < 98) return { ...style, colour: indexed(code - 82) };
  if (code >= 100 && code < 108) return { ...style, background: indexed(code - 92) };
  return style;
}
