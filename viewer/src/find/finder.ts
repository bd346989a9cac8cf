/**
 * Has the lines read by a worker: sends it the backlog's text and the query, takes its verdicts into the sieve, and ends
 * it where an expression runs away. It decides neither what is asked nor what the page shows.
 */

import type { Backlog } from '../store/backlog';
import { Courier } from './courier';
import type { Answer, Located, Request } from './messages';
import type { Pattern } from './pattern';
import { LOOK_MS, Patience } from './patience';
import { EVERYTHING, isReadAlike, needsReading, type Query } from './query';
import type { Sieve } from './sieve';

/** Entries that are sent at once, so that sending takes no more than a part of a frame. */
const PARCEL = 8_192;

export interface Listener {
  /** The sieve is about to change. */
  readonly sifting: () => void;
  /** The sieve has changed: `isNew` if another query began with it, else more verdicts came. */
  readonly sifted: (isNew: boolean) => void;
  readonly located: (name: string, keys: readonly number[], found: Located) => void;
  /** The worker was ended at `culprit`: the query, or the name of a pattern that was to be located. */
  readonly ranAway: (culprit: Query | string) => void;
}

export class Finder {
  /** The query that the worker is at, or was at last. */
  private asked: Query = EVERYTHING;
  private askedNumber = 0;
  private isRead = true;
  private number = 0;
  private worker: Worker | undefined;
  private readonly courier: Courier;
  private readonly patience = new Patience<Request>();

  constructor(
    backlog: Backlog,
    private readonly sieve: Sieve,
    private readonly listener: Listener,
  ) {
    this.courier = new Courier(backlog);
    this.begin();
    setInterval(this.look, LOOK_MS);
  }

  /** Whether verdicts on all lines that were sent are in. */
  get isDone(): boolean {
    return this.isRead;
  }

  /** Whether lines have to be read now; if not, the worker may hear of them when there is time. */
  get isReading(): boolean {
    return needsReading(this.asked);
  }

  /** Tells the worker what changed in the backlog, some of it; returns whether that was all. */
  flush(): boolean {
    const { added, dropped } = this.courier.changes(PARCEL);
    for (const { firstKey, count } of dropped) {
      this.sieve.forget(firstKey, count);
      this.send({ do: 'drop', firstKey, count });
    }
    for (const addition of added) this.request({ do: 'add', number: (this.number += 1), ...addition });
    return added.reduce((entries, { texts }) => entries + texts.length, 0) < PARCEL;
  }

  /** Answers `query`, which has no problem, from now on; lines near the key `near` first. */
  ask(query: Query, near: number): void {
    const isAlike = isReadAlike(query, this.asked) && isReadAlike(query, this.sieve.query);
    this.asked = query;
    if (isAlike || !needsReading(query)) {
      this.listener.sifting();
      if (isAlike) this.sieve.amend(query);
      else this.sieve.begin(query);
      this.listener.sifted(true);
      if (isAlike) return;
    }
    this.isRead = !needsReading(query);
    this.askedNumber = this.number += 1;
    this.request({ do: 'ask', number: this.askedNumber, query, near });
  }

  /** Asks where `pattern` is found in the lines `keys`; `name` comes back with the answer. */
  locate(name: string, pattern: Pattern, keys: readonly number[]): void {
    this.request({ do: 'locate', number: (this.number += 1), name, pattern, keys });
  }

  private begin(): void {
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'find' });
    this.worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      this.take(data);
    };
  }

  private take(answer: Answer): void {
    this.patience.answered(answer.settled, performance.now());
    if (answer.tell === 'located') this.listener.located(answer.name, answer.keys, answer.found);
    // Verdicts under an older query are of no use.
    else if (answer.number === this.askedNumber) this.sift(answer);
  }

  private sift(answer: Extract<Answer, { tell: 'verdicts' }>): void {
    const isNew = !isReadAlike(this.sieve.query, this.asked);
    // Lines that nobody looks for are taken note of, and that is all.
    if (this.isRead && !isNew && answer.pages.length === 0) return;
    this.isRead = answer.settled > 0;
    this.listener.sifting();
    if (isNew) this.sieve.begin(this.asked);
    this.sieve.take(answer.pages);
    this.listener.sifted(isNew);
  }

  private readonly look = (): void => {
    const overdue = this.patience.overdue(performance.now());
    if (overdue === undefined) return;
    const culprit = overdue.do === 'locate' ? overdue.name : this.asked;
    this.worker?.terminate();
    this.patience.reset();
    this.courier.reset();
    this.asked = EVERYTHING;
    this.begin();
    this.listener.ranAway(culprit);
  };

  private request(request: Extract<Request, { number: number }>): void {
    this.patience.asked(request.number, request, performance.now());
    this.send(request);
  }

  private send(request: Request): void {
    this.worker?.postMessage(request);
  }
}
