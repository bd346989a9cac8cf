/**
 * Shows the state of the connection: the lamp and words in the bar, and a banner while something is wrong. It connects
 * nothing.
 */

import type { Phase } from '../connect/session';
import { element, say } from '../page/elements';
import { connection } from '../page/words';

/** A first attempt is quick; only a slower one deserves a banner. */
const PATIENCE_MS = 2_000;

export class ConnectionPanel {
  private readonly panel = element('connection', HTMLElement);
  private readonly state = element('connection-state', HTMLElement);
  private readonly note = element('connection-note', HTMLElement);
  private readonly banner = element('banner', HTMLElement);
  private readonly problem = element('banner-problem', HTMLElement);
  private readonly hint = element('banner-hint', HTMLElement);
  private readonly next = element('banner-next', HTMLElement);
  private readonly retry = element('retry', HTMLButtonElement);

  constructor(retry: () => void) {
    this.retry.addEventListener('click', retry);
  }

  /** `silence` tells of agents that said nothing for too long, or is empty. */
  show(phase: Phase, silence: string, now: number): void {
    const words = connection(phase, now);
    this.panel.dataset['phase'] = phase.name;
    this.panel.toggleAttribute('data-quiet', silence !== '');
    say(this.state, words.state);
    say(this.note, phase.name === 'joined' && silence !== '' ? silence : words.note);
    this.note.title = this.note.textContent;
    document.title = phase.name === 'waiting' ? 'Not connected \u2013 Tailcast' : 'Tailcast';
    const isSlow = phase.name !== 'joined' && phase.name !== 'waiting' && now - phase.since > PATIENCE_MS;
    this.banner.hidden = phase.name === 'joined' || (words.problem === '' && !isSlow);
    // The first sentence says what is wrong, others what may be the matter.
    const first = /^.*?\.(?= )/.exec(words.problem)?.[0] ?? words.problem;
    say(this.problem, first);
    say(this.hint, words.problem.slice(first.length).trim());
    say(this.next, words.next);
    this.retry.hidden = phase.name !== 'waiting';
  }
}
