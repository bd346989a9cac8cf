/** Finds the addresses in a text that may become links. Only schemes that lead to a page or a letter are let through. */

export interface Link {
  readonly from: number;
  readonly to: number;
  readonly href: string;
}

const ADDRESS = /\b(?:https?:\/\/|mailto:)[^\s"'<>`\\^{|}\u0000-\u001f\u007f-\u009f]+/gi;
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);
/** A line may hold thousands. */
const MAX_LINKS = 50;

/** The links in `text`, in order. */
export function linksIn(text: string): Link[] {
  if (!text.includes(':')) return [];
  const links: Link[] = [];
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    if (links.length === MAX_LINKS) break;
    const address = trimmed(found);
    if (!URL.canParse(address)) continue;
    const { protocol, href, host, pathname } = new URL(address);
    if (!SCHEMES.has(protocol) || (host === '' && !pathname.includes('@'))) continue;
    links.push({ from: index, to: index + address.length, href });
  }
  return links;
}

/** Without the punctuation of the sentence around it; a bracket that opens within belongs to it. */
function trimmed(address: string): string {
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address[end - 1] ?? '';
    if ('.,;:!?*_~'.includes(last)) continue;
    const open = { ')': '(', ']': '[' }[last];
    if (open === undefined) break;
    const before = address.slice(0, end);
    if (before.split(last).length <= before.split(open).length) break;
  }
  return address.slice(0, end);
}
