// Who is connected: hubs with their groups and connections, and everything about the one that is chosen.

import { counted, element, short, size, timeOfDay } from './dom.js';
import { facts, link } from './records.js';

/** Draw `state` into `place`; `chosen` are the hub, group and connection that the trace is narrowed down to. */
export function draw(place, state, chosen, choose) {
  const focused = document.activeElement?.dataset?.key;
  const scrolled = place.scrollTop;
  place.replaceChildren(...state.hubs.map((hub) => hubOf(hub, state, chosen, choose)));
  if (!state.hubs.length) place.append(nobody());
  place.scrollTop = scrolled;
  if (focused) place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function nobody() {
  return element(
    'div',
    { class: 'nobody' },
    element('p', { text: 'Nobody is connected.' }),
    element('p', { text: 'A hub is there while a client is connected to it. Refused clients are in the trace, with the reason.' }),
  );
}

function hubOf(hub, state, chosen, choose) {
  const connections = state.connections.filter((one) => one.hub === hub.hub);
  const missing = hub.connection_count - connections.length;
  return element(
    'section',
    {},
    element('h2', {}, pick('hub', hub.hub, chosen, choose, element('span', { text: hub.hub }), count(hub.connection_count))),
    hub.groups.length ? element('div', { class: 'groups' }, ...hub.groups.map((one) => groupOf(one, chosen, choose))) : null,
    element('ul', { class: 'connections' }, ...connections.map((one) => connectionOf(one, chosen, choose))),
    missing > 0 ? element('p', { class: 'more', text: `and ${counted(missing, 'connection')} more` }) : null,
  );
}

const count = (number) => element('small', { text: number.toLocaleString('en') });

function groupOf({ group, members }, chosen, choose) {
  return pick('group', group, chosen, choose, element('span', { text: group }), count(members));
}

function connectionOf(one, chosen, choose) {
  const isChosen = chosen.connection === one.connection;
  const state = !one.is_attached ? 'away' : one.is_behind ? 'worry' : 'well';
  const button = pick(
    'connection',
    one.connection,
    chosen,
    choose,
    element('i', { class: `dot ${state}`, title: one.notes.join('\n') || 'attached' }),
    element('b', { text: one.user ?? 'anonymous' }),
    element('small', { text: short(one.connection) }),
    element('em', { text: (one.protocol ?? 'raw').replace('.webpubsub.azure.v1', '') }),
  );
  return element('li', { 'data-testid': 'connection' }, button, isChosen ? about(one, choose) : null);
}

function pick(name, value, chosen, choose, ...children) {
  const isChosen = chosen[name] === value;
  return element(
    'button',
    { type: 'button', class: 'pick', 'aria-pressed': String(isChosen), 'data-key': `${name} ${value}`, title: value, onclick: () => choose(name, isChosen ? '' : value) },
    ...children,
  );
}

function about(one, choose) {
  const groups = element('span', { class: 'list' }, ...one.groups.map((group) => link(group, () => choose('group', group))));
  const list = (texts) => (texts.length ? texts.join(', ') : 'nothing');
  const queue = ({ messages, bytes }) => (messages || bytes ? `${counted(messages, 'message')}, ${size(bytes)}` : 'nothing');
  return element(
    'div',
    { class: 'about' },
    ...one.notes.map((text) => element('p', { class: 'note', text })),
    facts([
      ['connection', one.connection],
      ['protocol', one.protocol ?? 'none: a simple client'],
      ['groups', one.groups.length ? groups : 'none'],
      ['may join', list(one.may.join_and_leave)],
      ['may send to', list(one.may.send_to)],
      ['not taken', queue(one.untaken)],
      ['not acked', one.unacknowledged && queue(one.unacknowledged)],
      ['events waiting', one.waiting_events || null],
      ['since', timeOfDay(one.opened_at)],
      ['last frame', one.last_frame_at ? timeOfDay(one.last_frame_at) : 'none'],
      ['from', one.remote],
    ]),
  );
}
