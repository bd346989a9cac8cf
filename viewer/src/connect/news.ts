/** What passes between the hub, which has the connection, and the tabs that show what it receives. Words only. */

import type { Delivery } from './ring';
import type { Phase } from './session';

/** From the hub to a tab. */
export type ToTab =
  | {
      readonly say: 'news';
      /** Which hub says so; another one counts anew. */
      readonly hub: string;
      readonly phase: Phase;
      /** Deliveries before `items` that the tab was too slow for. */
      readonly missed: number;
      readonly items: readonly Delivery[];
      /** Number of the delivery after these. */
      readonly next: number;
    }
  /** The answer to `there`. */
  | { readonly say: 'here' };

/** From a tab to the hub. */
export type ToHub =
  /** The first word of a tab: the address of its page, and what it has already, if it was there before. */
  | { readonly say: 'hello'; readonly page: string; readonly has: Standing | undefined }
  /** It has dealt with one more `news`. */
  | { readonly say: 'taken' }
  | { readonly say: 'retry' | 'woke' | 'online' | 'there' | 'bye' };

/** How far a tab got: everything before `next` that this hub delivered. */
export interface Standing {
  readonly hub: string;
  readonly next: number;
}
