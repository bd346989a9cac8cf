/** The names of the chosen columns over the lines, each with a way to remove it. */

import { visible } from '../line/visible';
import { element, make } from '../page/elements';

export class ColumnHead {
  private readonly head = element('columns', HTMLElement);
  private shown = '';

  constructor(private readonly remove: (path: string) => void) {}

  show(columns: readonly string[]): void {
    const shown = JSON.stringify(columns);
    if (shown === this.shown) return;
    this.shown = shown;
    this.head.hidden = columns.length === 0;
    const names = make('span', 'row-text cells');
    names.append(...columns.map((path) => this.name(path)));
    this.head.replaceChildren(names);
  }

  private name(path: string): HTMLElement {
    const cell = make('span', 'cell');
    const label = make('span', 'cell-name');
    label.textContent = label.title = visible(path);
    const button = make('button', 'chip-remove', 'column-remove');
    button.textContent = '\u00d7';
    button.ariaLabel = `Remove the column ${visible(path)}`;
    button.addEventListener('click', () => {
      this.remove(path);
    });
    cell.append(label, button);
    return cell;
  }
}
