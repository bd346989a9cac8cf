/** The pause button, and the pills over the live end that say how many lines came and lead back to it. */

import type { Reading } from '../list/follow';
import { element, say } from '../page/elements';
import { counted } from '../page/words';

export class ReadingPanel {
  private readonly pause = element('pause', HTMLButtonElement);
  private readonly pauseLabel = element('pause-label', HTMLElement);
  private readonly jump = element('jump', HTMLElement);
  private readonly jumpLabel = element('jump-label', HTMLElement);
  private readonly readOn = element('read-on', HTMLButtonElement);

  constructor(actions: { readonly togglePause: () => void; readonly goLive: () => void; readonly readOn: () => void }) {
    this.pause.addEventListener('click', actions.togglePause);
    element('jump-live', HTMLButtonElement).addEventListener('click', actions.goLive);
    this.readOn.addEventListener('click', actions.readOn);
  }

  /** `lines` came since the reader left the live end. */
  show(reading: Reading, lines: number): void {
    const isPaused = reading.mode === 'paused';
    this.pause.toggleAttribute('data-paused', isPaused);
    say(this.pauseLabel, isPaused ? 'Resume' : 'Pause');
    this.jump.hidden = reading.mode === 'live';
    this.readOn.hidden = !isPaused || lines === 0;
    if (isPaused)
      say(this.jumpLabel, lines === 0 ? 'Paused' : `Paused: ${counted(lines, 'line')} waiting \u2013 resume`);
    else say(this.jumpLabel, lines === 0 ? 'Jump to live' : `${counted(lines, 'new line')} \u2013 jump to live`);
  }
}
