/** The button that goes through the themes. Before the first paint, public/theme.js has applied what was chosen. */

import { element, say } from './elements';
import { recall, remember } from './preferences';

const THEMES = ['system', 'light', 'dark'] as const;

export class Theme {
  private readonly button = element('theme', HTMLButtonElement);
  private readonly label = element('theme-label', HTMLElement);
  private theme: (typeof THEMES)[number] = recall('theme', THEMES);

  constructor() {
    this.button.addEventListener('click', this.next);
    this.show();
  }

  readonly next = (): void => {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'system';
    remember('theme', this.theme);
    this.show();
  };

  private show(): void {
    if (this.theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.theme;
    const name = this.theme.charAt(0).toUpperCase() + this.theme.slice(1);
    say(this.label, name);
    this.button.title = `Theme: ${name} (t)`;
    this.button.ariaLabel = `Theme: ${name}`;
  }
}
