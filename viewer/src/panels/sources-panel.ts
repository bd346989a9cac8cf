/** The list of agents and their files, with colours, states and how many lines came. It mutes and filters nothing. */

import { element, make, say } from '../page/elements';
import { recall, remember } from '../page/preferences';
import { count, duration, sourceState } from '../page/words';
import type { Agent, Receiver } from '../receive/receiver';
import { isFollowed, type Source, type Sources } from '../receive/sources';

/** Thousands of files may appear one by one; the list is not built again for each. */
const REBUILD_MS = 500;

export class SourcesPanel {
  private readonly panel = element('sources', HTMLElement);
  private readonly toggle = element('sources-toggle', HTMLButtonElement);
  private readonly counts: { readonly source: Source; readonly element: HTMLElement }[] = [];
  private readonly agents: { readonly agent: Agent; readonly heading: HTMLElement; readonly state: HTMLElement }[] = [];
  private version = -1;
  private builtAt = 0;
  private isOpen = false;

  constructor(
    private readonly sources: Sources,
    private readonly receiver: Receiver,
    private readonly changed: () => void,
  ) {
    const isWide = matchMedia('(width > 1000px)').matches;
    this.open(recall<'open' | 'closed'>('sources', isWide ? ['open', 'closed'] : ['closed', 'open']) === 'open');
    this.toggle.addEventListener('click', this.switch);
  }

  readonly switch = (): void => {
    this.open(!this.isOpen);
    remember('sources', this.isOpen ? 'open' : 'closed');
    this.changed();
  };

  /** Brings the list up to date; cheap while only the counts change. */
  show(now: number): void {
    if (!this.isOpen) return;
    const version = this.sources.version + this.receiver.agents.size;
    if (version !== this.version && now - this.builtAt >= REBUILD_MS) {
      this.version = version;
      this.builtAt = now;
      this.build();
    }
    for (const { source, element } of this.counts) say(element, source.lines === 0 ? '' : count(source.lines));
    const silent = new Set(this.receiver.silent(now));
    for (const { agent, heading, state } of this.agents) {
      heading.toggleAttribute('data-silent', silent.has(agent));
      say(state, silent.has(agent) ? `silent for ${duration((now - agent.heard) / 1_000)}` : '');
    }
  }

  private open(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.panel.hidden = !isOpen;
    this.toggle.setAttribute('aria-expanded', String(isOpen));
    this.version = -1;
  }

  private build(): void {
    this.counts.length = this.agents.length = 0;
    const groups = [...this.receiver.agents.values()].map((agent) =>
      this.group(this.heading(agent), listed(this.sources, agent)),
    );
    const plain = this.sources.all.filter(({ agent }) => agent === undefined);
    if (plain.length > 0) groups.push(this.group(heading('Plain messages'), plain));
    this.panel.replaceChildren(...(groups.length === 0 ? [nothing()] : groups));
  }

  private heading(agent: Agent): HTMLElement {
    const found = heading(agent.name);
    const state = make('span', 'agent-state', 'agent-state');
    found.append(state);
    this.agents.push({ agent, heading: found, state });
    return found;
  }

  private group(title: HTMLElement, sources: readonly Source[]): HTMLElement {
    const list = make('ul', 'files');
    list.append(...sources.map((source) => this.file(source)));
    const group = make('section');
    group.append(title, list);
    return group;
  }

  private file(source: Source): HTMLElement {
    const item = make('li', `file hue-${String(source.hue)}`, 'source');
    item.title = source.path;
    item.dataset['state'] = source.state;
    const name = make('span', 'file-name', 'source-name');
    name.textContent = source.label;
    const lines = make('span', 'file-lines', 'source-lines');
    this.counts.push({ source, element: lines });
    item.append(make('span', 'swatch'), name, lines);
    const words = sourceState(source);
    if (words !== '') {
      const line = make('span', 'file-state', 'source-state');
      line.textContent = words;
      item.append(line);
    }
    return item;
  }
}

/** The files of an agent, those first that lines come from; left out is a path that turned out to be none. */
function listed({ all }: Sources, agent: Agent): Source[] {
  const ofAgent = all.filter((source) => source.agent === agent.id && (source.lines > 0 || source.state !== 'ended'));
  return [...ofAgent.filter(isFollowed), ...ofAgent.filter((source) => !isFollowed(source))];
}

function heading(name: string): HTMLElement {
  const found = make('h2', 'agent', 'agent');
  const label = make('span');
  label.textContent = name;
  found.append(label);
  return found;
}

function nothing(): HTMLElement {
  const words = make('p', 'none');
  words.textContent = 'No sources yet.';
  return words;
}
