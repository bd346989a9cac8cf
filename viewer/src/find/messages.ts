/** What the page and its finding worker tell each other. The numbers of requests grow. */

import type { Pattern } from './pattern';
import type { Query } from './query';
import type { PageVerdicts } from './verdict';

/** Keys of lines, each with pairs of begin and end. */
export type Located = readonly (readonly [key: number, pairs: readonly number[]])[];

export type Request =
  | {
      readonly do: 'add';
      readonly number: number;
      readonly firstKey: number;
      readonly texts: readonly string[];
      readonly heads: readonly number[];
    }
  | { readonly do: 'drop'; readonly firstKey: number; readonly count: number }
  | { readonly do: 'ask'; readonly number: number; readonly query: Query; readonly near: number }
  | {
      readonly do: 'locate';
      readonly number: number;
      readonly name: string;
      readonly pattern: Pattern;
      readonly keys: readonly number[];
    };

interface Settling {
  /** The number of the request that it answers. */
  readonly number: number;
  /** All requests up to this number are done with; 0 while there are lines to read. */
  readonly settled: number;
}

export type Answer = Settling &
  (
    | {
        /** Verdicts under the query of the `ask` that they answer. */
        readonly tell: 'verdicts';
        readonly pages: readonly PageVerdicts[];
      }
    | {
        readonly tell: 'located';
        readonly name: string;
        /** The keys that were asked for. */
        readonly keys: readonly number[];
        readonly found: Located;
      }
  );
