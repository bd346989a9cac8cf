/**
 * Applies the view that the reader chose: has lines found, marked and dressed, and goes from hit to hit. It draws no
 * line itself, and decides nothing about what is asked; asking.ts does.
 */

import { Asking } from '../find/asking';
import { Finder } from '../find/finder';
import { hitNumber, nextHit } from '../find/hits';
import { problem, type Pattern } from '../find/pattern';
import { EVERYTHING, hasFind, withSource, withTerm, type Query, type Term } from '../find/query';
import { Sieve } from '../find/sieve';
import { inkOn } from '../line/colour';
import type { Elements } from '../list/area';
import { listenToClicks } from '../list/clicks';
import { waiting } from '../list/follow';
import { List } from '../list/list';
import { keyNear } from '../overview/moment';
import { element } from '../page/elements';
import { whenIdle } from '../page/idle';
import { ColumnHead } from '../panels/column-head';
import { FindBar } from '../panels/find-bar';
import type { Feed } from '../receive/feed';
import type { Backlog } from '../store/backlog';
import { unknownName } from './reference';
import { PLAIN_VIEW, withColumn, type View } from './view';

const FIND = 'find';
const RULE = 'rule-';

export interface Listener {
  /** The reader left the live end, came back to it, paused, or picked lines. */
  readonly readingChanged: () => void;
  /** Lines are to be seen another way. */
  readonly viewChanged: (view: View) => void;
  /** Lines are about to be drawn. */
  readonly drawing: () => void;
  /** Lines were drawn. */
  readonly drawn: () => void;
}

export class Desk {
  view: View = PLAIN_VIEW;
  readonly list: List;
  readonly bar: FindBar;
  readonly sieve: Sieve;
  private readonly asking = new Asking();
  private readonly finder: Finder;
  private readonly columns: ColumnHead;
  private readonly context = element('context', HTMLElement);
  /** Whether the reader typed since going to a hit: the next one may be the line in view. */
  private isFresh = true;
  private isSupplying = false;
  /** Asked for before all lines were read: the next hit, or the one before. */
  private wanted: boolean | undefined;

  constructor(
    private readonly elements: Elements,
    view: View,
    private readonly backlog: Backlog,
    private readonly feed: Feed,
    private readonly listener: Listener,
  ) {
    this.sieve = new Sieve(backlog, (life) => feed.sourceOf(life)?.identity);
    this.list = new List(elements, backlog, feed, this.sieve, {
      changed: listener.readingChanged,
      drawing: listener.drawing,
      drawn: () => {
        if (this.finder.isReading || this.list.marks.isUsed) this.finder.flush();
        listener.drawn();
      },
      locate: (name, pattern, keys) => {
        this.finder.locate(name, pattern, keys);
      },
    });
    this.finder = new Finder(backlog, this.sieve, {
      sifting: this.list.sifting.begin,
      sifted: this.sifted,
      located: (name, keys, found) => {
        this.list.marks.located(name, keys, found);
        this.list.invalidate();
      },
      ranAway: this.ranAway,
    });
    this.columns = new ColumnHead((path) => {
      this.change(withColumn(this.view, path));
    });
    this.bar = new FindBar(this);
    element('context-back', HTMLButtonElement).addEventListener('click', this.back);
    element('nothing-clear', HTMLButtonElement).addEventListener('click', this.showAll);
    listenToClicks(elements.rows, this.deeds);
    this.change(view);
  }

  /** Shows the lines this way from now on; where the query has a problem, the last good one stays in force. */
  readonly change = (view: View): void => {
    const { query } = this.view;
    this.view = view;
    if (view.query !== query && this.asking.propose(view.query)) {
      // What was typed may be in the line in view; with other lines around it the next hit is still another.
      if (JSON.stringify(view.query.find) !== JSON.stringify(query.find)) this.isFresh = true;
      this.back();
      this.ask();
    }
    this.apply();
  };

  /** Goes to the next hit, or the one before. */
  readonly next = (isBack: boolean): void => {
    if (!hasFind(this.asking.current)) return;
    this.wanted = this.finder.isDone ? undefined : isBack;
    if (!this.finder.isDone) return;
    const key = nextHit(this.backlog, this.sieve, this.list.span, isBack, this.isFresh);
    this.isFresh = false;
    if (key !== undefined) this.list.show(key);
    this.count();
  };

  /** Shows all lines around the current one, until `back`. */
  readonly showContext = (key = this.list.pointing.current): void => {
    if (!this.sieve.isFiltering || key === undefined) return;
    this.list.sifting.showContext(key);
    this.context.hidden = !this.sieve.isLifted;
  };

  /** Goes to the line `key`, and shows all lines around it where the filter hides it. */
  goTo(key: number): void {
    const place = this.backlog.find(key);
    const chunk = place === undefined ? undefined : this.backlog.chunks[place.chunk];
    if (place === undefined || chunk === undefined) return;
    if (this.sieve.isTaken(chunk, place.index)) this.list.show(key);
    else this.showContext(key);
  }

  /** Goes to the line that came nearest to the moment `time`, in ms since 1970. */
  readonly goToTime = (time: number): void => {
    const key = keyNear(this.backlog, this.sieve, time);
    if (key !== undefined) this.list.showAtTop(key);
  };

  /** When the first and the last line in view came, in ms since 1970. */
  readonly timesInView = (): { readonly from: number; readonly to: number } | undefined => {
    const { inView } = this.list;
    return inView === undefined ? undefined : { from: this.timeOf(inView.from), to: this.timeOf(inView.to) };
  };

  private timeOf(key: number): number {
    const place = this.backlog.find(key);
    return this.backlog.chunks[place?.chunk ?? 0]?.times[place?.index ?? 0] ?? 0;
  }

  /** Whether all lines were read under the query in force. */
  get isSettled(): boolean {
    return this.finder.isDone;
  }

  readonly back = (): void => {
    this.list.sifting.back();
    this.context.hidden = true;
  };

  /** Shows every line again. */
  readonly showAll = (): void => {
    this.bar.clear();
    this.change({ ...this.view, query: EVERYTHING });
  };

  readonly leave = (): void => {
    this.elements.log.focus({ preventScroll: true });
  };

  readonly sourceName = (identity: string): string => {
    const agent = this.feed.receiver.agents.get(identity.replace(/\0$/, ''));
    if (agent !== undefined) return agent.name;
    const source = this.feed.sources.all.find((known) => known.identity === identity);
    return source === undefined ? unknownName(identity) : `${source.agentName} ${source.label}`.trim();
  };

  /** Whether lines are left out. */
  get isFiltering(): boolean {
    return this.sieve.isFiltering;
  }

  /** How many lines are shown. */
  get shown(): number {
    return this.isFiltering ? this.sieve.count(undefined) : this.backlog.lines;
  }

  /** How many lines, of those that are shown, came since the reader left the live end or paused. */
  get waiting(): number {
    const { reading } = this.list;
    if (reading.mode === 'live' || !this.isFiltering) return waiting(reading, this.backlog.total);
    return this.sieve.count(this.backlog.find(reading.since.key));
  }

  /** Brings what is counted up to date; to be called now and then. */
  readonly count = (): void => {
    if (!this.isSupplying) this.supply();
    if (!hasFind(this.sieve.query)) return;
    const [number, all] = hitNumber(this.backlog, this.sieve, this.list.span.end, this.list.pointing.pointed);
    this.bar.showCount(number, all, this.finder.isDone);
  };

  private readonly deeds = {
    toggle: (key: number): void => {
      this.list.toggle(key);
    },
    node: (key: number, path: string): void => {
      this.list.openNode(key, path, false);
    },
    more: (key: number, path: string): void => {
      this.list.openNode(key, path, true);
    },
    include: (path: string, value: string): void => {
      this.add({ kind: 'field', isExcluded: false, path, value });
    },
    exclude: (path: string, value: string): void => {
      this.add({ kind: 'field', isExcluded: true, path, value });
    },
    column: (path: string): void => {
      this.change(withColumn(this.view, path));
    },
    source: (key: number): void => {
      const identity = this.list.sourceOf(key)?.identity;
      if (identity !== undefined) this.change({ ...this.view, query: withSource(this.view.query, identity) });
    },
    context: (key: number): void => {
      this.showContext(key);
    },
    point: (key: number): void => {
      this.list.pointing.pick(key);
    },
    pickTo: (key: number): void => {
      this.list.pointing.pickTo(key);
    },
  };

  private add(term: Term): void {
    this.change({ ...this.view, query: withTerm(this.view.query, term) });
  }

  /** Tells the finder of new lines, a part whenever there is nothing else to do. */
  private readonly supply = (): void => {
    this.isSupplying = !this.finder.flush();
    if (this.isSupplying) whenIdle(this.supply);
  };

  /** Tells the finder of all lines, a part with each frame, before the reader has typed the first letter. */
  readonly warm = (): void => {
    if (!this.finder.flush()) requestAnimationFrame(this.warm);
  };

  private ask(): void {
    this.warm();
    this.finder.ask(this.asking.current, this.list.pointing.current ?? this.backlog.lastKey);
  }

  private apply(): void {
    const { columns, time, isWrapped, rules } = this.view;
    const { log } = this.elements;
    const marks = new Map<string, Pattern>();
    if (hasFind(this.asking.current)) marks.set(FIND, this.asking.current.find);
    for (const [index, { pattern, colour }] of rules.entries()) {
      log.style.setProperty(`--rule-${String(index)}`, colour);
      log.style.setProperty(`--on-rule-${String(index)}`, inkOn(colour));
      if (problem(pattern) === undefined) marks.set(`${RULE}${String(index)}`, pattern);
    }
    this.list.marks.use(marks);
    log.dataset['time'] = time;
    log.toggleAttribute('data-columns', columns.length > 0);
    this.columns.show(columns);
    this.list.dress({ time, columns }, isWrapped);
    this.bar.show(this.view, this.asking.trouble);
    this.list.invalidate();
    this.listener.viewChanged(this.view);
  }

  private readonly sifted = (isNew: boolean): void => {
    this.list.sifting.end(isNew);
    if (!this.finder.isDone) return;
    this.asking.completed();
    if (this.wanted === undefined) this.count();
    else this.next(this.wanted);
  };

  /** The worker was ended: what ran away goes, and the last good query is answered again. */
  private readonly ranAway = (culprit: Query | string): void => {
    if (typeof culprit === 'string' && culprit.startsWith(RULE)) {
      const gone = Number.parseInt(culprit.slice(RULE.length), 10);
      this.view = { ...this.view, rules: this.view.rules.filter((_, index) => index !== gone) };
      this.asking.trouble = 'Too slow: the mark was removed.';
    } else this.asking.ranAway();
    this.ask();
    this.apply();
  };
}
