// The page: asks for what is wanted, draws what comes, and listens to the reader. Filters are applied by the emulator.

import { draw } from './connections.js';
import { counted, element, short } from './dom.js';
import { KINDS, row } from './records.js';

const MAX_ROWS = 2000;
const STATE_EVERY_MS = 1000;
const TRY_AGAIN_MS = 2000;

const at = (id) => document.getElementById(id);
const trace = at('trace');
const chosen = { hub: '', group: '', connection: '', text: '', kind: new Set(), problems: false };
let source = null; // the trace as it comes
let next = ''; // where to go on after a break
let epoch = ''; // of the emulator whose records are shown
let held = null; // what came during a pause
let follows = true;
let state = { hubs: [], connections: [], connection_count: 0 };

// The trace.

function watch({ afresh }) {
  source?.close();
  if (afresh) {
    trace.replaceChildren();
    if (held) held = [];
    next = '';
  }
  const query = new URLSearchParams();
  for (const name of ['hub', 'group', 'connection', 'text']) if (chosen[name]) query.set(name, chosen[name]);
  if (chosen.kind.size) query.set('kind', [...chosen.kind].join(','));
  if (chosen.problems) query.set('problems', '1');
  if (next) query.set('since', next);
  const mine = new EventSource(`trace/live?${query}`);
  mine.onopen = () => say('Live', 'live');
  mine.onmessage = (event) => receive(JSON.parse(event.data));
  mine.onerror = () => {
    say('Not connected, trying again', 'lost');
    if (mine.readyState !== EventSource.CLOSED) return;
    setTimeout(() => mine === source && watch({ afresh: false }), TRY_AGAIN_MS);
  };
  source = mine;
}

function receive(batch) {
  next = batch.next;
  const life = next.split('.')[0];
  if (epoch && life !== epoch) show([element('li', { class: 'divider', text: 'The emulator was started again.' })]);
  epoch = life;
  const rows = batch.records.map((record) => row(record, choose));
  if (batch.skipped) rows.unshift(element('li', { class: 'divider', text: `${counted(batch.skipped, 'record')} came too fast to be shown.` }));
  if (held) {
    held = [...held, ...rows].slice(-MAX_ROWS);
    label();
  } else show(rows);
}

function show(rows) {
  trace.append(...rows);
  while (trace.childElementCount > MAX_ROWS) trace.firstElementChild.remove();
  nothing();
  if (!trace.querySelector('summary[tabindex="0"]')) trace.querySelector('summary')?.setAttribute('tabindex', '0');
  if (follows) trace.scrollTop = trace.scrollHeight;
}

function nothing() {
  const isFiltered = chosen.hub || chosen.group || chosen.connection || chosen.text || chosen.kind.size || chosen.problems;
  at('nothing').hidden = trace.childElementCount > 0;
  at('nothing').textContent = isFiltered ? 'Nothing of that kind yet.' : 'Nothing has happened yet. Connect a client, or send a message.';
}

// What is chosen.

function choose(name, value) {
  chosen[name] = value;
  drawChosen();
  draw(at('sidebar'), state, chosen, choose);
  watch({ afresh: true });
}

function drawChosen() {
  const names = ['hub', 'group', 'connection'].filter((name) => chosen[name]);
  at('chosen').hidden = names.length === 0;
  at('chosen').replaceChildren(
    ...names.map((name) => element(
      'button',
      { type: 'button', class: 'token', title: `Show every ${name} again`, onclick: () => choose(name, ''), 'data-testid': `chosen-${name}` },
      element('small', { text: name }),
      element('span', { text: name === 'connection' ? short(chosen[name]) : chosen[name] }),
      element('span', { 'aria-hidden': 'true', text: '×' }),
    )),
  );
}

function drawKinds() {
  const toggles = Object.entries(KINDS).map(([kind, { label: text, title }]) => toggle(text, title, chosen.kind.has(kind), () => {
    if (!chosen.kind.delete(kind)) chosen.kind.add(kind);
  }));
  const problems = toggle('problems', 'Only what may not be as it was meant', chosen.problems, () => { chosen.problems = !chosen.problems; });
  problems.classList.add('problems');
  const focused = [...at('kinds').children].indexOf(document.activeElement);
  at('kinds').replaceChildren(...toggles, problems);
  at('kinds').children[focused]?.focus();
}

function toggle(text, title, isOn, change) {
  const onclick = () => {
    change();
    drawKinds();
    watch({ afresh: true });
  };
  return element('button', { type: 'button', class: 'toggle', text, title, onclick, 'aria-pressed': String(isOn), 'data-testid': `kind-${text}` });
}

function showAll() {
  Object.assign(chosen, { hub: '', group: '', connection: '', text: '', problems: false });
  chosen.kind.clear();
  at('text').value = '';
  drawKinds();
  choose('hub', '');
}

// Buttons.

function label() {
  at('pause').textContent = held ? (held.length ? `Resume (${held.length})` : 'Resume') : 'Pause';
  at('pause').setAttribute('aria-pressed', String(held !== null));
}

function pause() {
  const waiting = held;
  held = held ? null : [];
  label();
  if (waiting) show(waiting);
}

function clear() {
  trace.replaceChildren();
  if (held) held = [];
  label();
  nothing();
}

function follow(isOn) {
  follows = isOn;
  at('follow').setAttribute('aria-pressed', String(isOn));
  if (isOn) trace.scrollTop = trace.scrollHeight;
}

// The keyboard.

const KEYS = { p: pause, c: clear, f: () => follow(!follows), '/': () => at('text').focus(), Escape: showAll };

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof HTMLInputElement;
  if (isTyping && event.key !== 'Escape') return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (trace.contains(event.target)) move(event.key === 'ArrowDown' ? 1 : -1, event);
  } else if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
    if (isTyping) event.target.blur();
  }
});

function move(by, event) {
  const rows = [...trace.querySelectorAll('summary')];
  const current = rows.indexOf(document.activeElement);
  const target = rows[current < 0 ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, current + by))];
  if (!target) return;
  event.preventDefault();
  trace.querySelectorAll('summary[tabindex="0"]').forEach((one) => one.setAttribute('tabindex', '-1'));
  target.setAttribute('tabindex', '0');
  target.focus();
}

// The state.

async function look() {
  if (document.visibilityState === 'visible') {
    try {
      const response = await fetch('state');
      if (response.status === 403) return location.replace('login'); // the key is asked for
      state = await response.json();
      drawState();
    } catch {
      say('Not connected, trying again', 'lost');
    }
  }
  setTimeout(look, STATE_EVERY_MS);
}

function drawState() {
  const groups = state.hubs.reduce((sum, hub) => sum + hub.group_count, 0);
  at('counts').textContent = [counted(state.hubs.length, 'hub'), counted(groups, 'group'), counted(state.connection_count, 'connection')].join(' · ');
  draw(at('sidebar'), state, chosen, choose);
}

function say(text, kind) {
  at('status').textContent = text;
  at('status').className = `status ${kind}`;
}

let typing = 0;
at('text').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    chosen.text = at('text').value;
    watch({ afresh: true });
  }, 150);
});
at('pause').addEventListener('click', pause);
at('clear').addEventListener('click', clear);
at('follow').addEventListener('click', () => follow(!follows));
trace.addEventListener('wheel', (event) => event.deltaY < 0 && follow(false), { passive: true });
trace.addEventListener('scroll', () => {
  if (trace.scrollHeight - trace.clientHeight - trace.scrollTop < 4 && !follows) follow(true);
}, { passive: true });
trace.addEventListener('toggle', (event) => event.target.open && follow(false), { capture: true });

drawKinds();
nothing();
watch({ afresh: true });
look();
