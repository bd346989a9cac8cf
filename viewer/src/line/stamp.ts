/**
 * The time stamp that a line carries: where it stands and which moment it means. It shows nothing; time.ts does.
 */

export interface Stamp {
  /** Where it stands in the text. */
  readonly from: number;
  readonly to: number;
  /** The moment in ms since 1970. */
  readonly time: number;
  /** Whether the line begins with it, so that it may be shown in a column instead. */
  readonly isLeading: boolean;
  /** Whether the line says of which time zone it is; without that the nearer to the arrival of local time and UTC counts. */
  readonly isZoned: boolean;
}

/** Where a stamp may begin, at most. */
const REACH = 160;

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const CLOCK = String.raw`(?<h>\d\d):(?<m>\d\d)(?::(?<s>\d\d)(?:[.,](?<f>\d{1,9}))?)?`;
const ZONE = String.raw`(?: ?(?<z>Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w]))?`;
/** What stands before a stamp at the beginning of a line. */
const BEFORE = String.raw`^(?:<\d{1,3}>(?:\d )?)?[\[(]?`;

/** At the beginning of a line, with a bracket or a comma behind. */
const LEADING: readonly RegExp[] = [
  `(?<Y>\\d{4})[-/.](?<M>\\d\\d)[-/.](?<D>\\d\\d)[T ]${CLOCK}${ZONE}`,
  `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?<N>[A-Z][a-z]{2}) {1,2}(?<D>\\d{1,2}) ${CLOCK}(?: (?<Y>\\d{4})(?!\\d))?`,
  `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?<D>\\d{1,2}) (?<N>[A-Z][a-z]{2}) (?<Y>\\d{4}) ${CLOCK}${ZONE}`,
  `[VDIWEF](?<M>\\d\\d)(?<D>\\d\\d) ${CLOCK}`,
  String.raw`(?<E>1\d{9}(?:\.\d{1,9}|\d{3})?)(?!\d)`,
  `${CLOCK}(?![\\w:])`,
].map((form) => new RegExp(`(?<before>${BEFORE})(?<stamp>${form})(?<after>[\\])]?[:,]?(?: +|$))?`));

const ANYWHERE: readonly RegExp[] = [
  // Access logs: [05/Nov/2026:12:00:00 +0000]
  new RegExp(
    String.raw`(?<before>\[)(?<stamp>(?<D>\d\d)\/(?<N>[A-Z][a-z]{2})\/(?<Y>\d{4}):${CLOCK} (?<z>[+-]\d{4}))\]`,
  ),
  new RegExp(
    String.raw`(?<before>["{, ](?:time|ts|timestamp|@timestamp|datetime|date|eventTime)"?\s*[:=]\s*"?)(?<stamp>(?<Y>\d{4})-(?<M>\d\d)-(?<D>\d\d)[T ]${CLOCK}${ZONE})`,
  ),
  new RegExp(
    String.raw`(?<before>["{, ](?:time|ts|timestamp|@timestamp)"?\s*[:=]\s*"?)(?<stamp>(?<E>1\d{9}(?:\d{3})?(?:\.\d+)?))(?![\d.])`,
  ),
];

/**
 * The stamp of `text`; `arrival` gives what it leaves out: the year, or the day. Both in ms since 1970. `offset` is how
 * far the reader's local time is ahead of UTC at a moment, in ms.
 */
export function stampOf(text: string, arrival: number, offset: (time: number) => number): Stamp | undefined {
  const head = text.slice(0, REACH);
  if (!/\d/.test(head)) return undefined;
  // A field may well be the first thing in a line.
  const padded = head;
  for (const [index, form] of [...LEADING, ...ANYWHERE].entries()) {
    const match = form.exec(padded) ?? (index >= LEADING.length ? form.exec(` ${head}`) : null);
    const groups = match?.groups;
    if (match === null || groups === undefined) continue;
    const time = moment(groups, arrival, offset);
    if (time === undefined) continue;
    const shift = match.input === head ? 0 : -1;
    const from = match.index + shift + (groups['before']?.length ?? 0);
    const { before = '', after } = groups;
    // A bracket that closes only later holds more than the stamp.
    const isClosed = !/[[(]$/.test(before) || /^[\])]/.test(after ?? '');
    const isLeading = index < LEADING.length && after !== undefined && isClosed;
    const to = from + (groups['stamp']?.length ?? 0);
    return { from, to, time, isLeading, isZoned: groups['z'] !== undefined || groups['E'] !== undefined };
  }
  return undefined;
}

/** How many characters at the beginning of `text` a leading stamp takes, with the brackets and blanks around it. */
export function leadingLength(text: string, { to, isLeading }: Stamp): number {
  if (!isLeading) return 0;
  return to + (/^[\])]?[:,]?(?: +|$)/.exec(text.slice(to))?.[0].length ?? 0);
}

type Groups = Readonly<Record<string, string | undefined>>;

function moment(groups: Groups, arrival: number, offset: (time: number) => number): number | undefined {
  const { E: epoch, z: zone } = groups;
  if (epoch !== undefined) return epochMs(epoch);
  const [hour = 0, minute = 0, second = 0] = [groups['h'], groups['m'], groups['s']].map((part) => Number(part ?? 0));
  const month = groups['N'] === undefined ? Number(groups['M'] ?? 0) - 1 : MONTHS.indexOf(groups['N'].toLowerCase());
  const hasDay = groups['D'] !== undefined;
  if (hour > 24 || minute > 59 || second > 60 || (hasDay && (month < 0 || month > 11))) return undefined;
  const fraction = Math.floor(Number(`0.${groups['f'] ?? '0'}`) * 1_000);
  const clock = ((hour * 60 + minute) * 60 + second) * 1_000 + fraction;
  const candidates = zone === undefined ? [0, offset(arrival)] : [zoneMs(zone)];
  const times = candidates.map((ahead) => dayOf(groups, month, hasDay, arrival + ahead) + clock - ahead);
  const [first = NaN, second_ = first] = times;
  const time = Math.abs(second_ - arrival) < Math.abs(first - arrival) ? second_ : first;
  return Number.isFinite(time) ? time : undefined;
}

/** Midnight of the day, as if in UTC: the one told, in the year told, or those of the arrival by that clock. */
function dayOf(groups: Groups, month: number, hasDay: boolean, arrival: number): number {
  const came = new Date(arrival);
  if (!hasDay) return Date.UTC(came.getUTCFullYear(), came.getUTCMonth(), came.getUTCDate());
  const day = Number(groups['D']);
  if (day < 1 || day > 31) return NaN;
  if (groups['Y'] !== undefined) return Date.UTC(Number(groups['Y']), month, day);
  const year = came.getUTCFullYear();
  const time = Date.UTC(year, month, day);
  // A line of December that came in January is last year's. Clocks and time zones differ by a day.
  return time - arrival > 2 * 86_400_000 ? Date.UTC(year - 1, month, day) : time;
}

function epochMs(text: string): number {
  const [whole = ''] = text.split('.');
  return whole.length > 10 ? Number(text) : Math.floor(Number(text) * 1_000);
}

function zoneMs(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
