/**
 * The conditions, sources and marks that are in force, each with a way to change and to remove it. However many they
 * are, two rows of them are shown until the reader asks for all.
 */

import { withMuted, withoutTerm, withSource, withTerm, type Term } from '../find/query';
import { visible } from '../line/visible';
import { element, make, say } from '../page/elements';
import { count } from '../page/words';
import type { Rule, View } from '../view/view';

interface Owner {
  readonly view: View;
  readonly change: (view: View) => void;
  readonly sourceName: (identity: string) => string;
}

const MAX_ROWS = 2;

export class Chips {
  private readonly bar = element('conditions', HTMLElement);
  private readonly list = element('chips', HTMLElement);
  private readonly more = element('chips-more', HTMLButtonElement);
  private shown = '';
  private isOpen = false;
  private width = 0;

  constructor(private readonly owner: Owner) {
    this.more.addEventListener('click', () => {
      this.isOpen = !this.isOpen;
      this.fit();
    });
    new ResizeObserver(() => {
      if (this.bar.clientWidth !== this.width) this.fit();
    }).observe(this.bar);
  }

  show(view: View): void {
    const { terms, sources, muted } = view.query;
    const names = [...sources, ...muted].map(this.owner.sourceName);
    const shown = JSON.stringify([terms, sources, muted, view.rules, names]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.bar.hidden = terms.length + sources.length + muted.length + view.rules.length === 0;
    if (this.bar.hidden) this.isOpen = false;
    this.list.replaceChildren(
      ...sources.map((identity) => this.source(identity, 'only', withSource)),
      ...muted.map((identity) => this.source(identity, 'muted', withMuted)),
      ...terms.map((term) => this.term(term)),
      ...view.rules.map((rule) => this.rule(rule)),
    );
    this.fit();
  }

  /** Leaves out what has no place in the rows that are shown, and says how many these are. */
  private fit(): void {
    const chips = [...this.list.children].filter((chip) => chip instanceof HTMLElement);
    this.width = this.bar.clientWidth;
    this.list.classList.toggle('open', this.isOpen);
    this.more.hidden = false;
    this.more.ariaExpanded = String(this.isOpen);
    say(this.more, this.isOpen ? 'Show fewer' : `+ ${count(chips.length)} more`);
    for (const chip of chips) chip.hidden = false;
    const tops = chips.map((chip) => chip.offsetTop);
    const room = [...new Set(tops)].slice(0, MAX_ROWS);
    const hidden = chips.filter((_, index) => !room.includes(tops[index] ?? 0));
    this.more.hidden = hidden.length === 0;
    if (this.isOpen) return;
    for (const chip of hidden) chip.hidden = true;
    say(this.more, `+ ${count(hidden.length)} more`);
  }

  private term(term: Term): HTMLElement {
    const words = term.kind === 'field' ? `${term.path} = ${term.value}` : term.pattern.text;
    const chip = make('li', `chip ${term.isExcluded ? 'excluded' : ''}`, 'chip');
    const flip = make('button', 'chip-flip', 'chip-flip');
    flip.textContent = term.isExcluded ? 'not' : 'and';
    flip.title = term.isExcluded ? 'Show only lines with it' : 'Hide lines with it';
    flip.addEventListener('click', () => {
      this.query(withTerm(withoutTerm(this.owner.view.query, term), { ...term, isExcluded: !term.isExcluded }));
    });
    chip.append(flip, text(words, term.kind === 'pattern' && term.pattern.isRegex));
    return this.removable(chip, words, () => {
      this.query(withoutTerm(this.owner.view.query, term));
    });
  }

  private source(identity: string, words: string, toggled: typeof withSource): HTMLElement {
    const name = this.owner.sourceName(identity);
    const chip = make('li', 'chip', 'chip');
    const kind = make('span', 'chip-kind');
    kind.textContent = words;
    chip.append(kind, text(name, false));
    return this.removable(chip, name, () => {
      this.query(toggled(this.owner.view.query, identity));
    });
  }

  private rule(rule: Rule): HTMLElement {
    const chip = make('li', 'chip', 'chip-rule');
    const colour = document.createElement('input');
    colour.type = 'color';
    colour.value = rule.colour;
    colour.className = 'chip-colour';
    colour.ariaLabel = `Colour of ${visible(rule.pattern.text)}`;
    colour.addEventListener('change', () => {
      this.rules((known) => (known === rule ? { ...rule, colour: colour.value } : known));
    });
    chip.append(colour, text(rule.pattern.text, rule.pattern.isRegex));
    return this.removable(chip, rule.pattern.text, () => {
      this.rules((known) => (known === rule ? undefined : known));
    });
  }

  private removable(chip: HTMLElement, words: string, remove: () => void): HTMLElement {
    const button = make('button', 'chip-remove', 'chip-remove');
    button.textContent = '\u00d7';
    button.ariaLabel = `Remove ${visible(words)}`;
    button.addEventListener('click', remove);
    chip.append(button);
    return chip;
  }

  private rules(change: (rule: Rule) => Rule | undefined): void {
    const { view } = this.owner;
    this.owner.change({ ...view, rules: view.rules.flatMap((rule) => change(rule) ?? []) });
  }

  private query(query: View['query']): void {
    this.owner.change({ ...this.owner.view, query });
  }
}

function text(words: string, isRegex: boolean): HTMLElement {
  const found = make('span', 'chip-text');
  found.textContent = isRegex ? `/${visible(words)}/` : visible(words);
  found.title = found.textContent;
  return found;
}
