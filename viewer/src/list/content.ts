/** Makes the elements of a line's text: stretches of one style, and links. Text goes in as text nodes only. */

import { stretches, type Style } from '../line/ansi';
import { css, PAGES, readable, type Rgb } from '../line/colour';
import { linksIn } from '../line/links';
import { withoutEscapes } from '../line/plain';
import { head, visible } from '../line/visible';
import { make } from '../page/elements';

/** Lines with more stretches are drawn plainly: each stretch is an element. */
const MAX_STRETCHES = 500;

/**
 * The text of a line, at most `length` characters of it. The first `hidden` ones, a time stamp that stands in a column
 * already, take no room, but are still there for whoever copies the line.
 */
export function content(text: string, length: number, hidden: number): HTMLElement {
  const element = make('span', 'row-content', 'row-content');
  const styled = stretches(text);
  const parts = styled.length > MAX_STRETCHES ? [{ text: withoutEscapes(text), style: {} }] : styled;
  let room = length;
  let toHide = hidden;
  for (const part of parts) {
    const shown = head(part.text, Math.max(0, room));
    room -= part.text.length;
    const stamp = shown.slice(0, toHide);
    toHide -= stamp.length;
    if (stamp !== '') element.append(wrapped('row-stamp', stamp));
    if (shown.length > stamp.length) element.append(...styledNodes(shown.slice(stamp.length), part.style));
    if (room <= 0) break;
  }
  return element;
}

function wrapped(className: string, text: string): HTMLElement {
  const found = make('span', className);
  found.textContent = visible(text);
  return found;
}

function styledNodes(text: string, style: Style): Node[] {
  const nodes = linked(text);
  const properties = Object.entries(declarations(style));
  if (properties.length === 0) return nodes;
  const element = make('span', 'sgr');
  for (const [name, value] of properties) element.style.setProperty(name, value);
  element.append(...nodes);
  return [element];
}

/** Text nodes, with links where the text holds addresses that may be links. */
function linked(text: string): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const { from, to, href } of linksIn(text)) {
    if (from > at) nodes.push(document.createTextNode(visible(text.slice(at, from))));
    nodes.push(link(text.slice(from, to), href));
    at = to;
  }
  if (at < text.length) nodes.push(document.createTextNode(visible(text.slice(at))));
  return nodes;
}

function link(text: string, href: string): HTMLElement {
  const found = make('a', 'link', 'link') as HTMLAnchorElement;
  found.textContent = visible(text);
  found.href = href;
  found.target = '_blank';
  found.rel = 'noopener noreferrer';
  found.tabIndex = -1;
  return found;
}

const cache = new Map<string, Record<string, string>>();

/** What a style comes to in the style sheet's terms, for both themes. */
function declarations(style: Style): Record<string, string> {
  const key = JSON.stringify(style);
  if (key === '{}') return {};
  let found = cache.get(key);
  if (found === undefined) {
    // A log may hold a true colour per character.
    if (cache.size > 1_000) cache.clear();
    found = compute(style);
    cache.set(key, found);
  }
  return found;
}

function compute(style: Style): Record<string, string> {
  const isSwapped = style.isInverse === true;
  const colour = isSwapped ? style.background : style.colour;
  const background = isSwapped ? style.colour : style.background;
  const found: Record<string, string> = {};
  if (background !== undefined) {
    found['background-color'] = css(background);
    found['color'] = css(readable(colour ?? [255, 255, 255], background));
  } else if (isSwapped) {
    found['background-color'] = 'var(--text)';
    found['color'] =
      colour === undefined ? 'var(--page)' : themed(colour, { light: [23, 32, 43], dark: [227, 232, 239] });
  } else if (colour !== undefined) found['color'] = themed(colour, PAGES);
  if (style.isBold === true) found['font-weight'] = '700';
  if (style.isDim === true && colour === undefined && background === undefined) found['color'] = 'var(--muted)';
  if (style.isItalic === true) found['font-style'] = 'italic';
  const lines = [style.isUnderlined === true ? 'underline' : '', style.isStruck === true ? 'line-through' : ''];
  const decoration = lines.join(' ').trim();
  if (decoration !== '') found['text-decoration'] = decoration;
  return found;
}

function themed(colour: Rgb, pages: typeof PAGES): string {
  return `light-dark(${css(readable(colour, pages.light))}, ${css(readable(colour, pages.dark))})`;
}
