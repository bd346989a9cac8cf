/** Colours of terminals, made readable on the page in both of its themes. Pure arithmetic on sRGB. */

/** Red, green and blue, 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The ground behind the text (style/tokens.css, --picked: the least favourable that a line can have). */
export const PAGES: Readonly<Record<'light' | 'dark', Rgb>> = { light: [226, 237, 249], dark: [27, 41, 56] };

/** WCAG 2.2, 1.4.3: contrast of text. */
export const CONTRAST = 4.5;

/** The 16 named colours, as VS Code's terminal has them. */
const NAMED: readonly Rgb[] = [
  [0, 0, 0],
  [205, 49, 49],
  [13, 188, 121],
  [229, 229, 16],
  [36, 114, 200],
  [188, 63, 188],
  [17, 168, 205],
  [229, 229, 229],
  [102, 102, 102],
  [241, 76, 76],
  [35, 209, 139],
  [245, 245, 67],
  [59, 142, 234],
  [214, 112, 214],
  [41, 184, 219],
  [255, 255, 255],
];

/** Colour `index` of xterm's 256: 16 named, a cube of 216, 24 greys. */
export function indexed(index: number): Rgb {
  const named = NAMED[index];
  if (named !== undefined) return named;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return [grey, grey, grey];
  }
  const step = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  const cube = index - 16;
  return [step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)];
}

/** `colour`, mixed with black or white just as far as it takes to be read on `page`. */
export function readable(colour: Rgb, page: Rgb): Rgb {
  if (contrast(colour, page) >= CONTRAST) return colour;
  const target = contrast([0, 0, 0], page) > contrast([255, 255, 255], page) ? 0 : 255;
  let [near, far] = [0, 1];
  for (let round = 0; round < 8; round += 1) {
    const middle = (near + far) / 2;
    if (contrast(mix(colour, target, middle), page) < CONTRAST) near = middle;
    else far = middle;
  }
  return mix(colour, target, far);
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever is read better on `colour`, `#rrggbb`. */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const byte = (at: number): number => Number.parseInt(colour.slice(at, at + 2), 16);
  const rgb: Rgb = [byte(1), byte(3), byte(5)];
  return contrast([0, 0, 0], rgb) > contrast([255, 255, 255], rgb) ? '#000000' : '#ffffff';
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${String(red)} ${String(green)} ${String(blue)})`;
}

function mix(colour: Rgb, target: number, share: number): Rgb {
  const [red, green, blue] = colour.map((value) => Math.round(value + (target - value) * share));
  return [red ?? 0, green ?? 0, blue ?? 0];
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
