/** The bar under the lines that says how many are picked and what may be done with them. It does none of it. */

import { element, say } from '../page/elements';
import { counted } from '../page/words';

export interface Owner {
  readonly copy: (isPrefixed: boolean) => void;
  readonly link: () => void;
  readonly download: () => void;
  readonly clear: () => void;
}

/** How long it is said what was done. */
const TOLD_MS = 2_500;

export class PickedBar {
  private readonly bar = element('picked', HTMLElement);
  private readonly count = element('picked-count', HTMLElement);
  private readonly told = element('told', HTMLElement);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: Owner) {
    const acts: Readonly<Record<string, () => void>> = {
      'picked-copy': () => {
        owner.copy(false);
      },
      'picked-copy-prefixed': () => {
        owner.copy(true);
      },
      'picked-link': owner.link,
      'picked-download': owner.download,
      'picked-clear': owner.clear,
    };
    for (const [id, act] of Object.entries(acts)) element(id, HTMLButtonElement).addEventListener('click', act);
  }

  show(lines: number): void {
    this.bar.hidden = lines === 0;
    if (lines > 0) say(this.count, counted(lines, 'line'));
  }

  /** Says for a moment what was done. */
  tell(words: string): void {
    say(this.told, words);
    this.told.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.told.hidden = true;
    }, TOLD_MS);
  }
}
