/**
 * Draws the fields of a line as a tree, node by node as the reader opens it. What a click does is told by `data-do` on
 * the buttons; clicks.ts reads it. Text goes in as text nodes only.
 */

import { childrenOf, valueText, type Fields } from '../line/fields';
import { writeJson, type Json } from '../line/json';
import { head, visible } from '../line/visible';
import { make } from '../page/elements';
import { counted } from '../page/words';
import type { Opened } from './opened';

/** Characters of a folded value that are shown. */
const PREVIEW = 80;
/** Characters of a text that are shown. */
const LONGEST = 10_000;

/** The tree of `fields`, as far as the line `key` is opened. */
export function tree(fields: Fields, key: number, opened: Opened, columns: readonly string[]): HTMLElement {
  const root = members(fields, '', key, opened, columns);
  root.classList.add('tree');
  return root;
}

function members(value: Json, path: string, key: number, opened: Opened, columns: readonly string[]): HTMLElement {
  const all = childrenOf(value);
  const shown = opened.shown(key, path);
  const list = make('ul');
  for (const [name, child] of all.slice(0, shown))
    list.append(node(name, child, join(path, name), key, opened, columns));
  if (all.length > shown) {
    const item = make('li');
    item.append(button('more', counted(all.length - shown, 'more field'), 'tree-more', path));
    list.append(item);
  }
  return list;
}

function node(
  name: string,
  value: Json,
  path: string,
  key: number,
  opened: Opened,
  columns: readonly string[],
): HTMLElement {
  const item = make('li', 'field', 'field');
  const label = make('span', 'field-name');
  label.textContent = visible(name);
  if (value.kind === 'string' || value.kind === 'literal') {
    const text = make('span', `field-value ${value.kind}`, 'field-value');
    text.textContent = visible(head(value.text, LONGEST));
    item.append(label, text, ...actions(path, value, columns));
    return item;
  }
  const isOpen = opened.isNodeOpen(key, path);
  const toggle = button('node', '', 'field-toggle', path);
  toggle.ariaExpanded = String(isOpen);
  const preview = make('span', 'field-preview');
  preview.textContent = isOpen ? size(value) : visible(shortened(value));
  toggle.append(label, preview);
  item.append(toggle, ...actions(path, value, columns));
  if (isOpen) item.append(members(value, path, key, opened, columns));
  return item;
}

/** Show only such lines, show none of them, show the field as a column. */
function actions(path: string, value: Json, columns: readonly string[]): HTMLElement[] {
  const group = make('span', 'field-actions');
  const text = valueText(value);
  const name = visible(path);
  if (value.kind === 'string' || value.kind === 'literal') {
    const only = button('include', '=', '', path, `Show only lines with this ${name}`);
    const none = button('exclude', '\u2260', '', path, `Hide lines with this ${name}`);
    only.dataset['value'] = none.dataset['value'] = text;
    group.append(only, none);
  }
  const isColumn = columns.includes(path);
  const column = button(
    'column',
    isColumn ? '\u2212 column' : '+ column',
    '',
    path,
    `${isColumn ? 'Remove' : 'Show'} ${name} as a column`,
  );
  group.append(column);
  return [group];
}

function button(does: string, text: string, className: string, path: string, label = ''): HTMLElement {
  const found = make('button', className, does === 'node' ? 'field-toggle' : `field-${does}`);
  found.dataset['do'] = does;
  found.dataset['path'] = path;
  if (text !== '') found.textContent = text;
  if (label !== '') found.title = found.ariaLabel = label;
  return found;
}

function size(value: Json): string {
  const count = childrenOf(value).length;
  return value.kind === 'array' ? `[${counted(count, 'item')}]` : `{${counted(count, 'field')}}`;
}

function shortened(value: Json): string {
  // A large value is not written out for a preview of some characters.
  const children = childrenOf(value);
  if (children.length > PREVIEW) return size(value);
  const text = writeJson(value);
  return text.length > PREVIEW ? `${head(text, PREVIEW)}\u2026` : text;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
