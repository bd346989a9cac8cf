/** The counters under the lines. It counts nothing itself. */

import { element, say } from '../page/elements';
import { count, counted } from '../page/words';
import type { Backlog } from '../store/backlog';

export class StatusBar {
  private readonly rate = element('rate', HTMLElement);
  private readonly held = element('held', HTMLElement);
  private readonly heldWords = element('held-words', HTMLElement);
  private readonly shown = element('shown', HTMLElement);
  private readonly dropped = element('dropped', HTMLElement);
  private readonly origin = element('origin', HTMLElement);

  constructor(private readonly backlog: Backlog) {
    say(element('capacity', HTMLElement), count(backlog.capacity));
  }

  /** `shown` lines of those held are not filtered out. */
  show(perSecond: number, sources: number, agents: number, shown: number): void {
    const { lines, dropped } = this.backlog;
    say(this.rate, count(perSecond));
    say(this.held, count(lines));
    say(this.heldWords, lines === 1 ? 'line' : 'lines');
    this.shown.hidden = shown === lines;
    say(this.shown, `${count(shown)} shown`);
    this.dropped.hidden = dropped === 0;
    say(this.dropped, `${count(dropped)} dropped`);
    say(
      this.origin,
      sources === 0 ? '' : `${counted(sources, 'source')}${agents === 0 ? '' : ` on ${counted(agents, 'agent')}`}`,
    );
  }
}
