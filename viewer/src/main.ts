/** Wires the page together: what arrives goes into the feed, what changed is drawn. It decides nothing. */

import { Link } from './connect/link';
import { TIMES } from './line/time';
import { element, say } from './page/elements';
import { focusKeeper } from './page/focus';
import { listenToKeys } from './page/keyboard';
import { recall, recallHue, remember, rememberHue } from './page/preferences';
import { Theme } from './page/theme';
import { counted, duration } from './page/words';
import { ConnectionPanel } from './panels/connection-panel';
import { EmptyPanel } from './panels/empty-panel';
import { Overview } from './panels/overview';
import { ReadingPanel } from './panels/reading-panel';
import { SourcesPanel } from './panels/sources-panel';
import { StatusBar } from './panels/status-bar';
import { HUES } from './receive/colours';
import { decode } from './receive/envelope';
import { Feed } from './receive/feed';
import { InOrder } from './receive/in-order';
import { inflate } from './receive/inflate';
import { Rate } from './receive/rate';
import { Backlog } from './store/backlog';
import { Takeaway } from './take/takeaway';
import { Address, type Place } from './view/address';
import { Desk } from './view/desk';
import { LinkedLine } from './view/linked-line';
import { PLAIN_VIEW, type View } from './view/view';

/** Lines that the page keeps. */
const CAPACITY = 100_000;
/** Counters that change more often cannot be read. */
const PANELS_MS = 250;
/** A screen reader is told of each line up to this many a second, and of none above. */
const SPOKEN_PER_SECOND = 1;
const ROW_PX = 20;

const log = element('log', HTMLElement);
const announcer = element('announcer', HTMLElement);
const wrapButton = element('wrap', HTMLButtonElement);
const time = element('time', HTMLSelectElement);
const help = element('help', HTMLDialogElement);
const nothing = element('nothing', HTMLElement);
const nothingText = element('nothing-text', HTMLElement);

const keepFocus = focusKeeper(log);
const backlog = new Backlog(CAPACITY);
const feed = new Feed(backlog, recallHue);
const rate = new Rate();
const inOrder = new InOrder();
const rows = element('rows', HTMLElement);
const address = new Address(visit);
const arrival = address.read();
const desk = new Desk(
  { log, space: element('space', HTMLElement), rows },
  arrival.view ?? { ...PLAIN_VIEW, time: recall('time', TIMES), isWrapped: recall('wrap', ['on', 'off']) === 'on' },
  backlog,
  feed,
  {
    readingChanged,
    viewChanged: (view) => {
      address.keep(view);
    },
    drawing: () => {
      takeaway.native.remember();
      fitLabels();
    },
    drawn: uncover,
  },
);
const { list } = desk;
const takeaway = new Takeaway(rows, backlog, feed, desk, address);
const linkedLine = new LinkedLine(backlog, feed, desk, () => {
  address.line = undefined;
});
const connection = new Link({
  message(frame, at) {
    inOrder.give(inflate(frame.data), (data) => {
      const before = backlog.total;
      feed.take(decode({ ...frame, data }), at);
      rate.add(backlog.total - before, at);
      list.invalidate();
    });
  },
  joined(awayMs, at) {
    inOrder.give(undefined, () => {
      feed.joined(awayMs, at);
      list.invalidate();
      showPanels();
    });
  },
  missed(messages, at) {
    inOrder.give(undefined, () => {
      feed.missed(messages, at);
      list.invalidate();
    });
  },
  afterAll(then) {
    inOrder.give(undefined, then);
  },
});

const connectionPanel = new ConnectionPanel(connection.retry);
const emptyPanel = new EmptyPanel();
const sourcesPanel = new SourcesPanel(feed, {
  get view() {
    return desk.view;
  },
  change: desk.change,
  recolour(source) {
    source.hue = (source.hue + 1) % HUES;
    rememberHue(source.identity, source.hue);
    list.repaint();
  },
  switched: showPanels,
  leave: () => {
    log.focus({ preventScroll: true });
  },
});
const overview = new Overview(backlog, desk.sieve, {
  inView: desk.timesInView,
  goTo: desk.goToTime,
  goLive: () => {
    list.goLive();
  },
  isUtc: () => desk.view.time === 'utc',
});
const statusBar = new StatusBar(backlog);
const theme = new Theme();
const readingPanel = new ReadingPanel({ togglePause, goLive, readOn });
let labelWidth = 0;
let fitted = -1;
let spokenState = '';

function showPanels(): void {
  const now = Date.now();
  const agents = [...feed.receiver.agents.values()];
  const perSecond = rate.perSecond(now);
  const isJoined = connection.phase.name === 'joined';
  const silent = isJoined ? feed.receiver.silent(now) : [];
  const silence = silent.map(({ name, heard }) => `${name} silent for ${duration((now - heard) / 1_000)}`).join(', ');
  connectionPanel.show(connection.phase, silence, now);
  emptyPanel.show(backlog.total === 0, connection.phase, feed.sources, agents);
  sourcesPanel.show(silent, now);
  overview.show();
  desk.count();
  const { shown } = desk;
  statusBar.show(perSecond, feed.sources.followed, agents.length, shown);
  nothing.hidden = shown > 0 || backlog.lines === 0;
  if (!nothing.hidden)
    say(nothingText, `${counted(backlog.lines, 'line is', 'lines are')} loaded. New ones that match will appear here.`);
  readingPanel.show(list.reading, desk.waiting);
  takeaway.show();
  showLook();
  address.keep(desk.view);
  linkedLine.look(isJoined);
  keepFocus();
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
}

/** Takes away what lies over the lines while there is none, before anybody clicks there. */
function uncover(): void {
  if (list.isBlank) return;
  emptyPanel.clear();
  nothing.hidden = true;
}

/** Tells a screen reader when the state of the connection changed. */
function speak(state: string): void {
  if (state !== spokenState) say(announcer, state);
  spokenState = state;
}

/** Makes the column of source names as wide as the longest, within reason, before a line is seen beside it. */
function fitLabels(): void {
  if (feed.sources.version === fitted) return;
  fitted = feed.sources.version;
  feed.sources.settleLabels();
  const width = Math.min(
    24,
    feed.sources.all.reduce((most, { agentName, label }) => Math.max(most, agentName.length + label.length + 1), 8),
  );
  log.toggleAttribute('data-many-agents', feed.receiver.agents.size > 1);
  if (width === labelWidth) return;
  labelWidth = width;
  log.style.setProperty('--source-width', `${String(width)}ch`);
  list.remeasure();
}

function readingChanged(): void {
  readingPanel.show(list.reading, desk.waiting);
  takeaway.show();
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

/** Shows the lines as an address says that the reader put in. */
function visit({ view, line }: Place): void {
  if (view !== undefined) desk.change(view);
  linkedLine.await(line);
  showPanels();
}

function look(change: Partial<View>): void {
  desk.change({ ...desk.view, ...change });
  remember('wrap', desk.view.isWrapped ? 'on' : 'off');
  remember('time', desk.view.time);
  showLook();
}

function showLook(): void {
  const { time: mode, isWrapped } = desk.view;
  wrapButton.ariaPressed = String(isWrapped);
  time.value = mode;
}

function wrap(): void {
  look({ isWrapped: !desk.view.isWrapped });
}

wrapButton.addEventListener('click', wrap);
time.addEventListener('change', () => {
  look({ time: TIMES.find((mode) => mode === time.value) ?? PLAIN_VIEW.time });
});
element('download-open', HTMLButtonElement).addEventListener('click', takeaway.openDownload);
element('help-open', HTMLButtonElement).addEventListener('click', () => {
  help.showModal();
});
log.addEventListener('scroll', overview.showWindow, { passive: true });
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
  find: desk.bar.focus,
  isFinding: () => desk.bar.isFocused,
  next: desk.next,
  step: (isBack, isPicking) => {
    list.pointing.step(isBack, isPicking);
  },
  copy: takeaway.copy,
  link: takeaway.copyLink,
  download: takeaway.openDownload,
  pickAll: () => {
    list.pointing.pickAll();
  },
  open: () => {
    const { current } = list.pointing;
    if (current !== undefined) list.toggle(current);
  },
  context: () => {
    desk.showContext();
  },
  back: () => {
    if (!takeaway.clear()) desk.back();
  },
  wrap,
  overview: overview.switch,
  sources: sourcesPanel.switch,
  theme: theme.next,
  help: () => {
    help.showModal();
  },
});
linkedLine.await(arrival.line);
setInterval(showPanels, PANELS_MS);
connection.start();
showPanels();
