/** Finds the elements of index.html by their ids. It creates none. */

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
