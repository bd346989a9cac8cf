/** Reads the answer of negotiate and decides which address the browser may open. It opens nothing. */

import { blockedInsecure, negotiateUnexpected, type Failure } from './failures';
import { isObject } from './frames';

export interface Access {
  /** The client URL with its token: a secret, kept out of every text and log. */
  readonly url: string;
  readonly group: string;
}

/** The access in the body of a 2xx answer, for a page at `page`; or what is wrong with it. */
export function readAccess(body: string, page: URL): Access | Failure {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return negotiateUnexpected('something that is not JSON');
  }
  if (!isObject(answer)) return negotiateUnexpected('JSON that is not an object');
  const { url, group } = answer;
  if (typeof url !== 'string' || !URL.canParse(url)) return negotiateUnexpected('no valid "url"');
  if (typeof group !== 'string' || group === '') return negotiateUnexpected('no "group"');
  const address = new URL(url);
  if (address.protocol !== 'ws:' && address.protocol !== 'wss:')
    return negotiateUnexpected('a "url" that is no WebSocket address');
  if (page.protocol === 'https:' && address.protocol === 'ws:') {
    // Behind a proxy that ends TLS, negotiate may not know that the page is secure. Of another host we cannot know that
    // it is.
    if (address.hostname !== page.hostname) return blockedInsecure;
    address.protocol = 'wss:';
  }
  return { url: address.href, group };
}
