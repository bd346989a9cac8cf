/** The elements of one row of the panel of sources, filled again for other items. What a click does is its owner's. */

import { showsSource, type Query } from '../find/query';
import { visible } from '../line/visible';
import { make, say } from '../page/elements';
import { bytes, count, counted, duration, sourceState } from '../page/words';
import type { Item } from '../receive/roster';
import type { Source } from '../receive/sources';

/** Less is on its way in any busy file. */
const WORTH_TELLING_BYTES = 100_000;

export class SourceRow {
  readonly element = make('div');
  private readonly swatch = make('button', 'swatch', 'source-colour');
  private readonly name = make('span', 'file-name', 'source-name');
  private readonly rate = make('span', 'file-rate', 'source-rate');
  private readonly age = make('span', 'file-age', 'source-age');
  private readonly note = make('span', 'file-state', 'source-state');
  private readonly solo = make('button', 'source-solo', 'source-solo');
  private readonly mute = make('button', 'source-mute', 'source-mute');

  constructor() {
    for (const [button, does] of [
      [this.swatch, 'colour'],
      [this.solo, 'solo'],
      [this.mute, 'mute'],
    ] as const) {
      button.dataset['do'] = does;
      button.tabIndex = -1;
    }
    say(this.solo, 'Solo');
    say(this.mute, 'Mute');
    this.element.role = 'row';
    this.element.append(
      cell('file-title', this.swatch, this.name),
      cell('file-facts', this.rate, this.age),
      cell('file-note', this.note),
      cell('file-acts', this.solo, this.mute),
    );
  }

  fill(item: Item, index: number, query: Query, isActive: boolean, silence: string, now: number): void {
    const { element } = this;
    element.id = `source-${String(index)}`;
    element.ariaRowIndex = String(index + 1);
    element.dataset['index'] = String(index);
    element.dataset['testid'] = item.kind === 'agent' ? 'agent' : 'source';
    element.classList.toggle('active', isActive);
    const isSolo = query.sources.includes(item.identity);
    const isMuted = query.muted.includes(item.identity);
    element.classList.toggle('hushed', item.identity !== '' && !showsSource(query, item.identity));
    this.solo.hidden = this.mute.hidden = item.identity === '';
    this.solo.ariaPressed = String(isSolo);
    this.mute.ariaPressed = String(isMuted);
    this.swatch.hidden = item.kind === 'agent';
    if (item.kind === 'agent') this.fillAgent(item.name, silence);
    else this.fillFile(item.source, now);
    const name = this.name.textContent;
    // The name of a button begins with the word on it, for those who say what they see (WCAG 2.5.3).
    this.solo.ariaLabel = `Solo ${name}`;
    this.solo.title = `Show only ${name}`;
    this.mute.ariaLabel = `Mute ${name}`;
    this.mute.title = `Hide ${name}`;
    this.swatch.ariaLabel = this.swatch.title = `Another colour for ${name}`;
  }

  private fillAgent(name: string, silence: string): void {
    this.element.classList.add('agent');
    this.element.classList.remove('file');
    this.element.title = visible(name);
    say(this.name, visible(name));
    say(this.rate, '');
    say(this.age, '');
    say(this.note, silence);
    this.note.dataset['testid'] = 'agent-state';
  }

  private fillFile(source: Source, now: number): void {
    this.element.className = `file hue-${String(source.hue)} ${this.element.classList.contains('active') ? 'active' : ''} ${
      this.element.classList.contains('hushed') ? 'hushed' : ''
    }`;
    this.element.dataset['state'] = source.state;
    const perSecond = source.rate.perSecond(now);
    const age = source.heard === undefined ? '' : duration((now - source.heard) / 1_000);
    say(this.name, visible(source.label));
    say(this.rate, perSecond > 0 ? `${perSecond < 1 ? '<1' : count(perSecond)}/s` : '');
    say(this.age, age);
    this.age.title = age === '' ? '' : `last line ${age} ago`;
    say(this.note, noteOf(source));
    this.note.dataset['testid'] = 'source-state';
    this.element.title = [
      visible(source.path),
      `${counted(source.lines, 'line')} since the page was opened`,
      source.lag > 0 ? `${bytes(source.lag)} not published yet` : '',
      noteOf(source),
    ]
      .filter((line) => line !== '')
      .join('\n');
  }
}

/** What the reader should know of a source: why no lines come, or that they come late. */
export function noteOf(source: Source): string {
  const lag = source.lag >= WORTH_TELLING_BYTES ? `${bytes(source.lag)} behind` : '';
  return [sourceState(source), lag].filter((part) => part !== '').join(', ');
}

function cell(className: string, ...children: HTMLElement[]): HTMLElement {
  const found = make('span', className);
  found.role = 'gridcell';
  found.append(...children);
  return found;
}
