/** Wires the page together: what arrives goes into the feed, what changed is drawn. It decides nothing. */

import { Connection } from './connect/connection';
import { List } from './list/list';
import { element, say } from './page/elements';
import { listenToKeys } from './page/keyboard';
import { recall, remember } from './page/preferences';
import { Theme } from './page/theme';
import { duration } from './page/words';
import { ConnectionPanel } from './panels/connection-panel';
import { EmptyPanel } from './panels/empty-panel';
import { ReadingPanel } from './panels/reading-panel';
import { SourcesPanel } from './panels/sources-panel';
import { StatusBar } from './panels/status-bar';
import { decode } from './receive/envelope';
import { Feed } from './receive/feed';
import { InOrder } from './receive/in-order';
import { inflate } from './receive/inflate';
import { Rate } from './receive/rate';
import { Backlog } from './store/backlog';

/** Lines that the page keeps. */
const CAPACITY = 50_000;
/** Counters that change more often cannot be read. */
const PANELS_MS = 250;
/** A screen reader is told of each line up to this many a second, and of none above. */
const SPOKEN_PER_SECOND = 1;
const ROW_PX = 20;

const log = element('log', HTMLElement);
const announcer = element('announcer', HTMLElement);
const wrapButton = element('wrap', HTMLButtonElement);
const help = element('help', HTMLDialogElement);

const backlog = new Backlog(CAPACITY);
const feed = new Feed(backlog);
const rate = new Rate();
const inOrder = new InOrder();
const list = new List(
  { log, space: element('space', HTMLElement), rows: element('rows', HTMLElement) },
  backlog,
  feed,
  readingChanged,
);
const connection = new Connection({
  message(frame, now) {
    inOrder.give(inflate(frame.data), (data) => {
      const before = backlog.total;
      feed.take(decode({ ...frame, data }), now);
      rate.add(backlog.total - before, now);
      list.invalidate();
    });
  },
  joined(awayMs, now) {
    inOrder.give(undefined, () => {
      feed.joined(awayMs, now);
      list.invalidate();
      showPanels();
    });
  },
});

const connectionPanel = new ConnectionPanel(connection.retry);
const emptyPanel = new EmptyPanel();
const sourcesPanel = new SourcesPanel(feed.sources, feed.receiver, showPanels);
const statusBar = new StatusBar(backlog);
const theme = new Theme();
const readingPanel = new ReadingPanel({ togglePause, goLive, readOn });
let isWrapped = recall('wrap', ['on', 'off']) === 'on';
let labelWidth = 0;
let spokenState = '';

function showPanels(): void {
  const now = Date.now();
  feed.sources.settleLabels();
  const agents = [...feed.receiver.agents.values()];
  const perSecond = rate.perSecond(now);
  const isJoined = connection.phase.name === 'joined';
  const silent = isJoined ? feed.receiver.silent(now) : [];
  const silence = silent.map(({ name, heard }) => `${name} silent for ${duration((now - heard) / 1_000)}`).join(', ');
  connectionPanel.show(connection.phase, silence, now);
  emptyPanel.show(backlog.total === 0, connection.phase, feed.sources, agents);
  sourcesPanel.show(now);
  statusBar.show(perSecond, feed.sources.followed, agents.length);
  readingPanel.show(list.reading, backlog.total);
  log.ariaLive = list.reading.mode === 'live' && perSecond <= SPOKEN_PER_SECOND ? 'polite' : 'off';
  speak(
    isJoined
      ? silence === ''
        ? 'Live'
        : 'Live, but an agent is silent'
      : connection.phase.name === 'waiting'
        ? 'Not connected'
        : spokenState,
  );
  fitLabels();
}

/** Tells a screen reader when the state of the connection changed. */
function speak(state: string): void {
  if (state !== spokenState) say(announcer, state);
  spokenState = state;
}

/** Makes the column of source names as wide as the longest, within reason. */
function fitLabels(): void {
  const width = Math.min(
    24,
    feed.sources.all.reduce((most, { agentName, label }) => Math.max(most, agentName.length + label.length + 1), 8),
  );
  if (width === labelWidth) return;
  labelWidth = width;
  log.style.setProperty('--source-width', `${String(width)}ch`);
  list.remeasure();
}

function readingChanged(): void {
  readingPanel.show(list.reading, backlog.total);
}

function togglePause(): void {
  if (list.reading.mode === 'paused') list.goLive();
  else list.pause();
  say(announcer, list.reading.mode === 'paused' ? 'Paused' : 'Resumed');
}

function goLive(): void {
  list.goLive();
  log.focus({ preventScroll: true });
}

function readOn(): void {
  list.readOn();
  log.focus({ preventScroll: true });
}

function wrap(wrapped: boolean): void {
  isWrapped = wrapped;
  wrapButton.setAttribute('aria-pressed', String(isWrapped));
  remember('wrap', isWrapped ? 'on' : 'off');
  list.wrap(isWrapped);
}

wrapButton.addEventListener('click', () => {
  wrap(!isWrapped);
});
element('help-open', HTMLButtonElement).addEventListener('click', () => {
  help.showModal();
});
listenToKeys(log, {
  togglePause,
  goLive,
  goToOldest: () => {
    list.goToOldest();
  },
  lookUp: list.lookUp,
  scroll: (rows, pages) => {
    list.scroll(rows * ROW_PX, pages);
  },
  wrap: () => {
    wrap(!isWrapped);
  },
  sources: sourcesPanel.switch,
  theme: theme.next,
  help: () => {
    help.showModal();
  },
});
wrap(isWrapped);
setInterval(showPanels, PANELS_MS);
connection.start();
showPanels();
