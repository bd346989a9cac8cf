/**
 * What the page says while it has no line to show: that it waits, or that it is not connected; and how to make a line
 * appear.
 */

import type { Session } from '../connect/session';
import { element, say } from '../page/elements';
import { counted } from '../page/words';
import type { Sources } from '../receive/sources';

export class EmptyPanel {
  private readonly panel = element('empty', HTMLElement);
  private readonly title = element('empty-title', HTMLElement);
  private readonly text = element('empty-text', HTMLElement);
  private readonly hint = element('empty-hint', HTMLElement);

  /** A line is there: nothing is to lie over it. */
  clear(): void {
    this.panel.hidden = true;
  }

  show(
    isEmpty: boolean,
    phase: Session['phase'],
    sources: Sources,
    agents: readonly { readonly name: string }[],
  ): void {
    this.panel.hidden = !isEmpty;
    if (!isEmpty) return;
    const isJoined = phase.name === 'joined';
    this.hint.hidden = !isJoined;
    say(
      this.title,
      isJoined ? 'Connected, waiting for lines' : phase.name === 'waiting' ? 'Not connected' : 'Connecting\u2026',
    );
    say(
      this.text,
      isJoined
        ? followed(sources, agents)
        : phase.name === 'waiting'
          ? 'Lines will show as soon as the connection is back.'
          : '',
    );
  }
}

/** Who follows how many files, as far as the agents told. */
function followed(sources: Sources, agents: readonly { readonly name: string }[]): string {
  if (agents.length === 0) return 'No agent has reported yet; one that is running does so within half a minute.';
  const files = sources.followed;
  const names = agents.length > 3 ? counted(agents.length, 'agent') : agents.map(({ name }) => name).join(', ');
  const verb = agents.length === 1 ? 'follows' : 'follow';
  return files === 0
    ? `${names} ${agents.length === 1 ? 'is' : 'are'} there and ${verb} no file yet.`
    : `${names} ${verb} ${counted(files, 'file')}.`;
}
