// One record of the trace as a row, and what it shows when it is opened.

import { element, short, size, timeOfDay } from './dom.js';

export const KINDS = {
  connection: { label: 'connections', sign: '◆', title: 'Connections: opened, refused, recovered, closed' },
  in: { label: 'in', sign: '→', title: 'Frames from clients' },
  out: { label: 'out', sign: '←', title: 'Frames to a client alone: acks, greetings, answers' },
  message: { label: 'messages', sign: '⇉', title: 'Messages that no frame caused' },
  rest: { label: 'REST', sign: 'R', title: 'REST requests of application servers' },
  fault: { label: 'faults', sign: 'F', title: 'Faults that were asked for (/_emulator/faults)' },
  handler: { label: 'handlers', sign: 'H', title: 'Calls of event handlers' },
};

/** A row; `choose(name, value)` narrows the trace down to a hub, a group or a connection. */
export function row(record, choose) {
  const kind = KINDS[record.kind];
  const summary = element(
    'summary',
    { tabindex: '-1' },
    element('time', { datetime: record.time, text: timeOfDay(record.time) }),
    element('span', { class: 'sign', title: kind.title, text: kind.sign }),
    who(record),
    element(
      'span',
      { class: 'said' },
      element('code', { class: 'what', text: record.what }),
      badge(record),
      record.words ? element('span', { class: 'words', text: record.words }) : null,
    ),
  );
  const details = element('details', {}, summary);
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(opened(record, choose));
  });
  const made = element('li', { class: `row ${record.kind} ${record.level}`, 'data-number': record.number, 'data-testid': 'record' });
  made.append(details);
  return made;
}

function who(record) {
  const id = record.connection;
  const name = record.user ?? (id ? short(id) : (record.hub ?? ''));
  const title = [record.user && `user ${record.user}`, id && `connection ${id}`, record.hub && `hub ${record.hub}`];
  const more = record.user && id ? element('small', { text: short(id) }) : null;
  return element('span', { class: 'who', title: title.filter(Boolean).join('\n') }, element('b', { text: name }), more);
}

function badge(record) {
  if (record.receivers) {
    const count = record.receivers.count;
    return element('span', { class: `badge ${count ? '' : 'none'}`, text: `→ ${count}`, title: `${count} received it` });
  }
  return record.status ? element('span', { class: 'badge', text: record.status }) : null;
}

function opened(record, choose) {
  const rows = [
    ['hub', record.hub && link(record.hub, () => choose('hub', record.hub))],
    ['group', record.group && link(record.group, () => choose('group', record.group))],
    ['connection', record.connection && link(record.connection, () => choose('connection', record.connection))],
    ['user', record.user],
    ['received by', record.receivers?.count > 0 && receivers(record.receivers, choose)],
    ['left out', record.left_out && leftOut(record.left_out, choose)],
    ['status', record.status],
    ['took', record.duration_ms !== undefined && `${record.duration_ms} ms`],
    ['record', `${record.number}, ${record.time}`],
  ];
  return element('div', { class: 'opened' }, facts(rows), record.payload ? payload(record.payload) : null);
}

/** Names and values as a list; without a value there is no row. */
export function facts(rows) {
  const list = element('dl');
  for (const [name, value] of rows) {
    if (value === undefined || value === null || value === false || value === '') continue;
    list.append(element('dt', { text: name }), element('dd', {}, value instanceof Node ? value : String(value)));
  }
  return list;
}

export const link = (text, onclick) => element('button', { class: 'link', text, onclick, type: 'button' });

function receivers({ count, first }, choose) {
  const made = element('span', { class: 'list' }, ...first.map((id) => link(short(id), () => choose('connection', id))));
  if (count > first.length) made.append(` and ${(count - first.length).toLocaleString('en')} more`);
  return made;
}

function leftOut(those, choose) {
  const one = ({ connection, why }) => element('span', {}, link(short(connection), () => choose('connection', connection)), ` ${why}`);
  return element('span', { class: 'list' }, ...those.map(one));
}

function payload({ text, form, size_bytes: bytes, is_cut: isCut }) {
  const note = [form === 'text' ? '' : form, size(bytes), isCut ? 'the beginning of it' : ''].filter(Boolean).join(', ');
  return element('figure', {}, element('pre', { tabindex: '0', text: form === 'hex' ? text : pretty(text) }), element('figcaption', { text: note }));
}

/** JSON on several lines, as long as that changes no number; anything else as it is. */
function pretty(text) {
  try {
    const value = JSON.parse(text);
    const isTrue = JSON.stringify(value) === text.replace(/\s/g, '') || !/\d{16}/.test(text);
    return value !== null && typeof value === 'object' && isTrue ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
