/** Asks how the lines are to be put into a file. It makes no file. */

import { element, say } from '../page/elements';
import { recall, remember } from '../page/preferences';
import { counted } from '../page/words';

const PREFIX = 'download-prefix';

export class DownloadDialog {
  private readonly dialog = element('download', HTMLDialogElement);
  private readonly words = element('download-words', HTMLElement);
  private readonly prefix = element('download-prefix', HTMLInputElement);
  private readonly save = element('download-save', HTMLButtonElement);

  constructor(download: (isPrefixed: boolean) => void) {
    this.prefix.checked = recall(PREFIX, ['off', 'on']) === 'on';
    this.save.addEventListener('click', () => {
      remember(PREFIX, this.prefix.checked ? 'on' : 'off');
      this.dialog.close();
      download(this.prefix.checked);
    });
  }

  /** `kind` says which lines they are: `picked`, `shown`, or empty for all that are loaded. */
  open(lines: number, kind: 'picked' | 'shown' | ''): void {
    const which = { picked: ' that you picked', shown: ' that the filter shows', '': ' that this page holds' }[kind];
    say(this.words, `${counted(lines, 'line')}${which}, as one text file.`);
    this.save.disabled = lines === 0;
    this.dialog.showModal();
  }
}
