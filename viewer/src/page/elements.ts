/** Finds the elements of index.html by their ids, and makes new ones. It puts none of them on the page. */

/** The element `id`; index.html has it, and it is of that kind. */
export function element<T extends HTMLElement = HTMLElement>(id: string, kind: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`index.html has no ${kind.name} #${id}`);
  return found;
}

/** Sets the text of an element, touching the page only if it differs. */
export function say(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** An element with a class, and the name by which tests find it. */
export function make(
  tag: 'a' | 'div' | 'span' | 'button' | 'p' | 'ul' | 'li' | 'section' | 'h2',
  className = '',
  testId = '',
): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (testId !== '') element.dataset['testid'] = testId;
  if (element instanceof HTMLButtonElement) element.type = 'button';
  return element;
}
