/**
 * The bar in which the reader says what to find and to show: a pattern, levels, conditions and marks. It finds nothing;
 * what is wanted goes to its owner as a new view.
 */

import { NOTHING, type Pattern } from '../find/pattern';
import { withLevel, withLevelAlone, withTerm } from '../find/query';
import { LEVELS, type Level } from '../line/level';
import { element, make, say } from '../page/elements';
import { count } from '../page/words';
import { withRule, type View } from '../view/view';
import { Chips } from './chips';

export interface Owner {
  readonly view: View;
  /** The reader wants the lines seen this way. */
  readonly change: (view: View) => void;
  readonly next: (isBack: boolean) => void;
  /** The name of a source, by its identity. */
  readonly sourceName: (identity: string) => string;
  /** The reader is about to type. */
  readonly warm: () => void;
  /** The reader is done typing. */
  readonly leave: () => void;
}

const LETTERS: Readonly<Record<Level, string>> = {
  none: '\u2013',
  trace: 'T',
  debug: 'D',
  info: 'I',
  warn: 'W',
  error: 'E',
  fatal: 'F',
};

export class FindBar {
  private readonly field = element('find-field', HTMLElement);
  private readonly input = element('find-text', HTMLInputElement);
  private readonly cased = element('find-cased', HTMLButtonElement);
  private readonly regex = element('find-regex', HTMLButtonElement);
  private readonly only = element('find-only', HTMLButtonElement);
  private readonly tools = element('find-tools', HTMLElement);
  private readonly number = element('find-count', HTMLElement);
  private readonly trouble = element('find-trouble', HTMLElement);
  private readonly levels = new Map<Level, HTMLElement>();
  private readonly chips: Chips;

  constructor(private readonly owner: Owner) {
    this.chips = new Chips(owner);
    this.input.addEventListener('input', this.typed);
    this.input.addEventListener('keydown', this.onKey);
    this.input.addEventListener('focus', owner.warm);
    this.on('find-cased', () => {
      this.press(this.cased);
      this.typed();
    });
    this.on('find-regex', () => {
      this.press(this.regex);
      this.typed();
    });
    this.on('find-only', () => {
      this.query({ isOnly: !owner.view.query.isOnly });
    });
    this.on('find-previous', () => {
      owner.next(true);
    });
    this.on('find-next', () => {
      owner.next(false);
    });
    this.on('find-and', () => {
      this.keep(false);
    });
    this.on('find-not', () => {
      this.keep(true);
    });
    this.on('find-mark', () => {
      owner.change(withRule(owner.view, this.pattern));
    });
    element('levels', HTMLElement).append(...LEVELS.toReversed().map((level) => this.levelButton(level)));
  }

  /** Puts the cursor into the field. */
  readonly focus = (): void => {
    this.input.focus();
    this.input.select();
  };

  get isFocused(): boolean {
    return document.activeElement === this.input;
  }

  /** Empties the field. */
  clear(): void {
    this.input.value = '';
  }

  /** Shows what the view is by now; what the reader is typing is left alone. */
  show(view: View, trouble: string): void {
    const { find, isOnly, levels } = view.query;
    if (!this.isFocused && this.input.value !== find.text && trouble === '') this.input.value = find.text;
    this.cased.ariaPressed = String(this.isFocused ? this.isPressed(this.cased) : find.isCased);
    this.regex.ariaPressed = String(this.isFocused ? this.isPressed(this.regex) : find.isRegex);
    this.only.ariaPressed = String(isOnly);
    this.tools.hidden = this.input.value === '';
    this.field.toggleAttribute('data-wrong', trouble !== '');
    this.input.ariaInvalid = String(trouble !== '');
    this.trouble.hidden = trouble === '';
    say(this.trouble, trouble);
    for (const [level, button] of this.levels) button.ariaPressed = String(levels.includes(level));
    this.chips.show(view);
  }

  /** Shows which hit of how many is the current one; `isDone` tells that all lines were read. */
  showCount(number: number, all: number, isDone: boolean): void {
    const words =
      all === 0 ? (isDone ? 'No hit' : '\u2026') : number === 0 ? count(all) : `${count(number)} of ${count(all)}`;
    say(this.number, words);
  }

  private get pattern(): Pattern {
    return { text: this.input.value, isRegex: this.isPressed(this.regex), isCased: this.isPressed(this.cased) };
  }

  private readonly typed = (): void => {
    this.query({ find: this.pattern });
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.owner.next(event.shiftKey);
    else if (event.key === 'Escape') this.escape();
    else return;
    event.preventDefault();
  };

  private escape(): void {
    if (this.input.value === '') this.owner.leave();
    this.input.value = '';
    this.typed();
  }

  /** Makes a condition of what was typed, and clears the field for the next. */
  private keep(isExcluded: boolean): void {
    const { view } = this.owner;
    const { pattern } = this;
    if (pattern.text === '') return;
    this.input.value = '';
    const query = withTerm({ ...view.query, find: NOTHING }, { kind: 'pattern', isExcluded, pattern });
    this.owner.change({ ...view, query });
    this.focus();
  }

  private query(change: Partial<View['query']>): void {
    const { view } = this.owner;
    this.owner.change({ ...view, query: { ...view.query, ...change } });
  }

  private levelButton(level: Level): HTMLElement {
    const button = make('button', 'level-button', `level-${level}`);
    button.dataset['level'] = level;
    button.textContent = LETTERS[level];
    button.ariaLabel = level === 'none' ? 'Lines without a level' : `Lines of level ${level}`;
    button.title = `${button.ariaLabel}; Shift-click or double-click: these alone`;
    button.addEventListener('click', ({ altKey, shiftKey }) => {
      const { query } = this.owner.view;
      this.query((altKey || shiftKey ? withLevelAlone : withLevel)(query, level));
    });
    // Its two clicks have left the levels as they were.
    button.addEventListener('dblclick', ({ altKey, shiftKey }) => {
      if (!altKey && !shiftKey) this.query(withLevelAlone(this.owner.view.query, level));
    });
    this.levels.set(level, button);
    return button;
  }

  private press(button: HTMLElement): void {
    button.ariaPressed = String(!this.isPressed(button));
  }

  private isPressed(button: HTMLElement): boolean {
    return button.ariaPressed === 'true';
  }

  private on(id: string, act: () => void): void {
    element(id, HTMLButtonElement).addEventListener('click', act);
  }
}
