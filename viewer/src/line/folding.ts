/**
 * Recognises the stack traces of common languages: which lines go on with the one before. It is told the lines of one
 * file in order, and keeps no text.
 */

import { levelOf } from './level';
import { plain } from './plain';

/** Lines that belong to a trace wherever they stand. */
const FRAME = new RegExp(
  [
    String.raw`^\s+at \S`, // Java, JavaScript, .NET
    String.raw`^\s*Caused by: `,
    String.raw`^\s*\.\.\. \d+ (?:more|common frames omitted)`,
    String.raw`^\s+Suppressed: `,
    String.raw`^\s+--- End of (?:inner exception )?stack trace`,
    String.raw`^\s+File ".*", line \d+`, // Python
    String.raw`^\s+from \S+:\d+:in `, // Ruby
    String.raw`^#\d+ +(?:\S+\(\d+\): |\{main\}|0x)`, // PHP, gdb
    String.raw`^\s+thrown in \S+ on line \d+`,
    String.raw`^\s+\d+: +(?:0x[0-9a-f]+ - )?\S+::\S`, // Rust
  ].join('|'),
);

/** How the lines begin that FRAME and KINDS know. */
const MAY_BEGIN = /^[\s.#+|CFPSTfgps]/;

interface Kind {
  /** The line after which a trace of this kind goes on. */
  readonly begin: RegExp;
  /** Whether the beginning itself goes on with the line before, where that is an error. */
  readonly isTitle: boolean;
  /** Lines that go on with it. */
  readonly goOn: RegExp;
  /** A line that does, and is the last. */
  readonly last?: RegExp;
}

const KINDS: readonly Kind[] = [
  {
    begin: /^(?:\s*[+|] *)*Traceback \(most recent call last\):/,
    isTitle: true,
    goOn: /^(?:\s|$)/,
    last: /^[\w.]+(?:Error|Exception|Exit|Interrupt|Warning|Iteration|Group|Timeout)?\b(?::|$)/,
  },
  {
    begin: /^(?:panic: |fatal error: |goroutine \d+ \[)/,
    isTitle: false,
    goOn: /^(?:$|goroutine \d+ \[|\[signal |\t|[\w./*()-]+\(.*\)$|created by |exit status \d)/,
  },
  { begin: /^(?:PHP )?Stack trace:$|^\s*stack backtrace:$/, isTitle: true, goOn: /^(?:#\d+ |\s+\d+: |\s+at )/ },
];

/** The name of an exception, and often what it says, on a line of its own: loggers put it behind the line that they log. */
const TITLE = /^[\w.$]*(?:Error|Exception|Throwable)(?::|$)/;

/** Python puts these between two tracebacks of one error. */
const CHAIN = /^(?:During handling of the above exception|The above exception was the direct cause)/;

export class Folding {
  private kind: Kind | undefined;
  private isChained = false;

  /** Whether `text` goes on with a trace under `first`, the last line that did not. */
  next(text: string, first: string): boolean {
    // Most lines are no part of a trace, and many may come at once.
    if (this.kind === undefined && !this.isChained) {
      if (TITLE.test(text)) return isGrave(first);
      if (!MAY_BEGIN.test(text)) return false;
    }
    if (FRAME.test(text)) return true;
    const begun = KINDS.find(({ begin }) => begin.test(text));
    if (begun !== undefined) {
      const goesOn = this.isChained || this.kind === begun || (begun.isTitle && isGrave(first));
      this.kind = begun;
      this.isChained = false;
      return goesOn;
    }
    return this.kind === undefined ? this.chain(text) : this.goOn(this.kind, text);
  }

  private goOn(kind: Kind, text: string): boolean {
    if (kind.goOn.test(text)) return true;
    this.kind = undefined;
    if (kind.last?.test(text) !== true) return false;
    this.isChained = true;
    return true;
  }

  /** After the last line of a Python traceback another may follow. */
  private chain(text: string): boolean {
    if (!this.isChained) return false;
    this.isChained = text === '' || CHAIN.test(text);
    return this.isChained;
  }
}

/** Whether a line says that it tells of an error, so that a stack trace behind it is that error's. */
function isGrave(text: string): boolean {
  const level = levelOf(plain(text));
  return level === 'error' || level === 'fatal';
}
