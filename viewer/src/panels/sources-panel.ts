/**
 * The list of agents and their files: colour, rate, age, lag and state, one alone, or without some. Of thousands only
 * those in view are drawn. What is shown of the lines is its owner's to change.
 */

import { withMuted, withSolo, type Query } from '../find/query';
import { element, say } from '../page/elements';
import { recall, remember } from '../page/preferences';
import { count, duration } from '../page/words';
import type { Feed } from '../receive/feed';
import type { Agent } from '../receive/receiver';
import { between, roster, tops, type Item } from '../receive/roster';
import type { Source } from '../receive/sources';
import type { View } from '../view/view';
import { noteOf, SourceRow } from './source-row';

/** Thousands of files may appear one by one; the list is not made again for each. */
const REBUILD_MS = 500;
/** Heights of a file, of one with a note, and of an agent; for fingers they are larger. */
const [ROW_PX, NOTED_PX, AGENT_PX] = matchMedia('(pointer: coarse)').matches ? [40, 58, 48] : [28, 46, 36];
const PAGE_ROWS = 10;

export interface Owner {
  readonly view: View;
  readonly change: (view: View) => void;
  /** The reader wants another colour for a source. */
  readonly recolour: (source: Source) => void;
  /** The panel was opened or closed. */
  readonly switched: () => void;
  /** The reader is done with the panel. */
  readonly leave: () => void;
}

export class SourcesPanel {
  private readonly panel = element('sources', HTMLElement);
  private readonly toggle = element('sources-toggle', HTMLButtonElement);
  private readonly filter = element('sources-filter', HTMLInputElement);
  private readonly list = element('sources-list', HTMLElement);
  private readonly space = element('sources-rows', HTMLElement);
  private readonly none = element('sources-none', HTMLElement);
  private readonly all = element('sources-all', HTMLButtonElement);
  private readonly rows: SourceRow[] = [];
  private items: Item[] = [];
  private silent: ReadonlySet<Agent> = new Set();
  private begins: number[] = [0];
  private active = 0;
  private version = -1;
  private builtAt = 0;
  private isOpen = false;

  constructor(
    private readonly feed: Feed,
    private readonly owner: Owner,
  ) {
    const isWide = matchMedia('(width > 1000px)').matches;
    this.open(recall<'open' | 'closed'>('sources', isWide ? ['open', 'closed'] : ['closed', 'open']) === 'open');
    this.toggle.addEventListener('click', this.switch);
    this.filter.addEventListener('input', this.rebuild);
    this.filter.addEventListener('keydown', this.onFilterKey);
    this.list.addEventListener('scroll', this.paint, { passive: true });
    this.list.addEventListener('focus', this.paint);
    this.list.addEventListener('keydown', this.onKey);
    this.list.addEventListener('click', this.onClick);
    this.all.addEventListener('click', this.showAll);
  }

  readonly switch = (): void => {
    this.open(!this.isOpen);
    remember('sources', this.isOpen ? 'open' : 'closed');
    this.owner.switched();
    if (this.isOpen) this.filter.focus();
  };

  /** Brings the list up to date; to be called now and then. `silent` are the agents that said nothing for too long. */
  show(silent: readonly Agent[], now: number): void {
    this.silent = new Set(silent);
    if (!this.isOpen) return;
    const version = this.feed.sources.version + this.feed.receiver.agents.size;
    if (version !== this.version && now - this.builtAt >= REBUILD_MS) {
      this.version = version;
      this.builtAt = now;
      this.build();
    }
    this.paint();
  }

  private open(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.panel.hidden = !isOpen;
    this.toggle.ariaExpanded = String(isOpen);
    this.version = -1;
    this.builtAt = 0;
  }

  private readonly rebuild = (): void => {
    this.active = 0;
    this.list.scrollTop = 0;
    this.build();
    this.paint();
  };

  private build(): void {
    const { sources, receiver } = this.feed;
    this.items = roster(receiver.agents.values(), sources.all, this.filter.value.trim());
    this.list.ariaRowCount = String(this.items.length);
    this.none.hidden = this.items.length > 0;
    this.list.hidden = this.items.length === 0;
    say(this.none, sources.all.length === 0 ? 'No sources yet.' : 'No source matches.');
    const files = sources.followed;
    this.filter.placeholder = files > 1 ? `Filter ${count(files)} files` : 'Filter files';
  }

  private readonly paint = (): void => {
    const now = Date.now();
    const { query } = this.owner.view;
    this.all.hidden = query.sources.length + query.muted.length === 0;
    // Notes come and go, and with them the heights.
    this.begins = tops(this.items.map(heightOf));
    this.space.style.height = `${String(this.begins.at(-1) ?? 0)}px`;
    const { scrollTop, clientHeight } = this.list;
    const [first, end] = between(this.begins, scrollTop, scrollTop + clientHeight);
    this.draw(end - first);
    for (let index = first; index < end; index += 1) {
      const item = this.items[index];
      const row = this.rows[index - first];
      if (item === undefined || row === undefined) continue;
      const agent = item.kind === 'agent' ? item.agent : undefined;
      const silence =
        agent !== undefined && this.silent.has(agent) ? `silent for ${duration((now - agent.heard) / 1_000)}` : '';
      row.element.style.top = `${String(this.begins[index] ?? 0)}px`;
      row.element.style.height = `${String(heightOf(item))}px`;
      row.fill(item, index, query, index === this.active, silence, now);
    }
    const isDrawn = this.active >= first && this.active < end;
    if (isDrawn) this.list.setAttribute('aria-activedescendant', `source-${String(this.active)}`);
    else this.list.removeAttribute('aria-activedescendant');
  };

  /** Has so many rows on the page. */
  private draw(wanted: number): void {
    while (this.rows.length < wanted) {
      const row = new SourceRow();
      this.rows.push(row);
      this.space.append(row.element);
    }
    for (const row of this.rows.splice(wanted)) row.element.remove();
  }

  private readonly onFilterKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') this.list.focus();
    else if (event.key === 'Escape' && this.filter.value !== '') {
      this.filter.value = '';
      this.rebuild();
    } else if (event.key === 'Escape') this.leave();
    else return;
    event.preventDefault();
  };

  /** Goes back to the lines, out of whose way the panel goes where it covers them. */
  private leave(): void {
    if (matchMedia('(width <= 720px)').matches) this.switch();
    this.owner.leave();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = this.items[this.active];
    const last = this.items.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: this.active - 1,
      ArrowDown: this.active + 1,
      PageUp: this.active - PAGE_ROWS,
      PageDown: this.active + PAGE_ROWS,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to !== undefined) this.activate(Math.max(0, Math.min(last, to)));
    else if (item !== undefined && (event.key === 'Enter' || event.key === ' ')) this.act('solo', item);
    else if (item !== undefined && event.key === 'm') this.act('mute', item);
    else if (event.key === 'Escape') this.leave();
    else return;
    event.preventDefault();
  };

  /** Keys act on this item from now on; it is brought into view. */
  private activate(index: number): void {
    this.active = index;
    const top = this.begins[index] ?? 0;
    const bottom = this.begins[index + 1] ?? top;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    if (bottom > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = bottom - this.list.clientHeight;
    this.paint();
  }

  private readonly onClick = ({ target }: MouseEvent): void => {
    const hit = target instanceof Element ? target : null;
    const index = Number(hit?.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? NaN);
    const item = this.items[index];
    if (item === undefined) return;
    this.active = index;
    this.act(hit?.closest<HTMLElement>('[data-do]')?.dataset['do'] ?? 'solo', item);
  };

  private act(what: string, item: Item): void {
    const { query } = this.owner.view;
    if (what === 'colour' && item.kind === 'file') this.owner.recolour(item.source);
    else if (item.identity !== '') this.ask((what === 'mute' ? withMuted : withSolo)(query, item.identity));
    this.paint();
  }

  private readonly showAll = (): void => {
    this.ask({ ...this.owner.view.query, sources: [], muted: [] });
    this.paint();
  };

  private ask(query: Query): void {
    this.owner.change({ ...this.owner.view, query });
  }
}

function heightOf(item: Item): number {
  if (item.kind === 'agent') return AGENT_PX;
  return noteOf(item.source) === '' ? ROW_PX : NOTED_PX;
}
