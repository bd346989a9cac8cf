/**
 * How grave a line says it is: by a field of its own (JSON, logfmt) or by a token of its head, as loggers write it.
 * Never by a word of the message: `INFO no error found` is INFO. It expects text without escape sequences.
 */

/** From nothing said to the gravest; the numbers are only compared. */
export const LEVELS = ['none', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

const WORDS: Readonly<Record<Exclude<Level, 'none'>, string>> = {
  trace: 'trace trc finest finer verbose vrb',
  debug: 'debug dbg debu dbug fine config',
  info: 'info inf information informational notice log',
  warn: 'warn warning wrn',
  error: 'error err erro eror severe',
  fatal: 'fatal ftl critical crit crt panic dpanic emerg emergency alert',
};
const BY_WORD = new Map<string, Level>(
  (Object.entries(WORDS) as [Level, string][]).flatMap(([level, words]) =>
    words.split(' ').map((word) => [word, level]),
  ),
);

/** Severities of syslog, 0 to 7 (RFC 5424, 6.2.1). */
const SYSLOG: readonly Level[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];
/** glog and klog begin a line with one of these letters and the date. */
const LETTERS: Readonly<Record<string, Level>> = {
  V: 'trace',
  T: 'trace',
  D: 'debug',
  I: 'info',
  N: 'info',
  W: 'warn',
  E: 'error',
  C: 'fatal',
  F: 'fatal',
};

/** A head is looked for in so many characters and tokens. */
const HEAD = 160;
const MAX_TOKENS = 10;
/** Fields of objects within are passed over, but not for ever. */
const MAX_FIELDS = 8;

const PRIORITY = /^<(\d{1,3})>(?:\d )?/;
const GLOG = /^([VDIWEF])\d{4} \d\d:\d\d:\d\d/;
const LOGCAT = /^([VDIWEF])\/[\w.$-]+ *[(:]/;
const JSON_FIELD =
  /"(?:level|severity|lvl|loglevel|log_level|log\.level|levelname|@level|priority)"\s*:\s*(?:"([^"\\]*)"|(\d+))/gi;
const LOGFMT_FIELD = /(?:^|\s)(?:level|lvl|severity|loglevel)=(?:"([^"]*)"|(\S+))/i;
const LOGFMT_START = /^[\w.@-]+=(?:"|\S)/;
/** Elastic's schema, where the level is a member of an object of its own. */
const LOG_OBJECT = /"log"\s*:\s*\{\s*(?:"logger"\s*:\s*"[^"\\]*"\s*,\s*)?"level"\s*:\s*"([^"\\]*)"/gi;
/** Ruby's Logger begins a line with the first letter of the level and the time in brackets. */
const RUBY = /^([DIWEF]), \[\d{4}-\d\d-\d\dT/;
const STAMP = /^[[(]?\d[\d:.,/T+-]*Z?[\])]?$/;
/** What else stands before a message and names nothing. */
const FILLER = new RegExp(
  [
    String.raw`^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|utc|gmt|cet|cest|[ap]m),?$`,
    String.raw`^[<{].*[\])>}]:?$`,
    // `[12:00:01 ERR] text`, `[main thread] ERROR text`
    String.raw`^[[(]`,
    String.raw`^[^[(]*[\])]:?$`,
  ].join('|'),
  'i',
);
const SEPARATOR = /^[-|:\u2013\u2014\u2022>*]+$/;
const IDENTIFIER = /^[\w.$/@#-]+$/;
const TAG = /^[\w.$/@-]+(?:\[\d+\])?:$/;
const PROGRAM = /^[\w.$/@-]+\[\d+\]:$/;
/** Most tokens are neither in capitals nor have any of the punctuation. */
const MAY_BE_LEVEL = /[A-Z[(<\])>:,]/;
const TOKEN = /[^\s|]+/g;
const BAR = /\s*\|/y;

/** The level of `text`. */
export function levelOf(text: string): Level {
  const head = text.slice(0, HEAD);
  if (head.includes('{')) {
    const told = fromJson(text);
    if (told !== undefined) return told;
  }
  return fromHead(head.trimStart(), text) ?? 'none';
}

/** The value of a level field: a word, a number of pino and bunyan (10 to 60), or of syslog (0 to 7). */
function ofValue(word: string | undefined): Level | undefined {
  if (word === undefined) return undefined;
  if (!/^\d+$/.test(word)) return BY_WORD.get(word.toLowerCase());
  const number = Number(word);
  if (number < 8) return SYSLOG[number];
  return LEVELS[Math.min(6, Math.floor(number / 10))];
}

/** The first level field that is a member of the line's own object, not of one within. */
function fromJson(text: string): Level | undefined {
  const start = text.indexOf('{');
  let seen = 0;
  for (const match of text.matchAll(JSON_FIELD)) {
    if ((seen += 1) > MAX_FIELDS) return undefined;
    if (depthAt(text, start, match.index) === 1) return ofValue(match[1] ?? match[2]);
  }
  for (const match of text.matchAll(LOG_OBJECT)) {
    if ((seen += 1) > 2 * MAX_FIELDS) return undefined;
    if (depthAt(text, start, match.index) === 1) return ofValue(match[1]);
  }
  return undefined;
}

/** How many objects and arrays are open at `end`; a string that is open there counts as many. */
function depthAt(text: string, start: number, end: number): number {
  let depth = 0;
  let isString = false;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (isString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return isString ? Infinity : depth;
}

function fromHead(head: string, text: string): Level | undefined {
  const letter = (GLOG.exec(head) ?? LOGCAT.exec(head) ?? RUBY.exec(head))?.[1];
  if (letter !== undefined) return LETTERS[letter];
  const priority = PRIORITY.exec(head);
  const told = fromTokens(head.slice(priority?.[0].length ?? 0), text);
  return told ?? (priority === null ? undefined : SYSLOG[Number(priority[1]) & 7]);
}

/** Walks over what loggers write before a message, and stops at its first word. */
function fromTokens(head: string, text: string): Level | undefined {
  TOKEN.lastIndex = 0;
  let found = TOKEN.exec(head);
  for (let count = 0; found !== null && count < MAX_TOKENS; count += 1) {
    const [token] = found;
    const end = TOKEN.lastIndex;
    found = TOKEN.exec(head);
    if (STAMP.test(token)) continue;
    const level = ofToken(token);
    if (level !== undefined) return level;
    if (LOGFMT_START.test(token)) {
      const field = LOGFMT_FIELD.exec(text.slice(text.indexOf(token)));
      return ofValue(field?.[1] ?? field?.[2]);
    }
    if (!isOfHead(token, found?.[0] ?? '', head, end)) return undefined;
  }
  return undefined;
}

/** Whether `token`, which ends at `end` in `head` and comes before `next`, is none of the message's words. */
function isOfHead(token: string, next: string, head: string, end: number): boolean {
  if (FILLER.test(token) || SEPARATOR.test(token)) return true;
  if (TAG.test(token)) return token.endsWith(']:') || ofToken(next) !== undefined;
  // A logger's or a host's name: it stands before a separator or a program's tag.
  return IDENTIFIER.test(token) && (SEPARATOR.test(next) || PROGRAM.test(next) || isBarred(head, end));
}

/** Whether a bar comes next in `head` from `end` on. */
function isBarred(head: string, end: number): boolean {
  BAR.lastIndex = end;
  return BAR.test(head);
}

/**
 * The level that a token of the head names: in capitals, or with the punctuation that loggers put around it, as in
 * `warn:`, `[error]`, `[E]`, `ERROR:root:text` or `production.ERROR:`.
 */
function ofToken(token: string): Level | undefined {
  if (!MAY_BE_LEVEL.test(token)) return undefined;
  const match = /^([[(<]*)(?:[\w-]+\.)?([A-Za-z]+)([\])>:,]*)/.exec(token);
  if (match === null) return undefined;
  const [all, open = '', word = '', close = ''] = match;
  const isWhole = all.length === token.length;
  if (!isWhole && !close.includes(':')) return undefined;
  if (word.length === 1) return open !== '' && close !== '' ? LETTERS[word] : undefined;
  const isMarked = open !== '' || close !== '';
  return isMarked || word === word.toUpperCase() ? BY_WORD.get(word.toLowerCase()) : undefined;
}
