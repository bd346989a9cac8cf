import { describe, expect, test } from 'vitest';
import { Folding } from '../../src/line/folding';

/** Each line marked: `>` if it goes on with the one before. */
function folded(text: string): string {
  const folding = new Folding();
  let first = '';
  return text
    .split('\n')
    .map((line) => {
      if (folding.next(line, first)) return `>${line}`;
      first = line;
      return line;
    })
    .join('\n');
}

describe('a stack trace folds under its first line', () => {
  test.each([
    [
      'Java',
      'ERROR failed\n>java.lang.IllegalStateException: no\n>\tat a.B.c(B.java:1)\n>Caused by: java.io.IOException: x\n>\tat a.D.e(D.java:2)\n>\t... 12 more\nINFO next',
    ],
    ['Java, alone', 'INFO start\njava.lang.IllegalStateException: no\n>\tat a.B.c(B.java:1)\nINFO next'],
    ['JavaScript, logged as an error', 'ERROR failed\n>TypeError: no\n>    at f (/app/a.js:1:2)\nINFO next'],
    ['JavaScript', 'TypeError: x is not a function\n>    at f (/app/a.js:1:2)\n>    at async g (b.js:3:4)\nnext'],
    [
      'Python, alone and chained',
      'INFO start\nTraceback (most recent call last):\n>  File "a.py", line 1, in f\n>    g()\n>ValueError: bad\n>\n>During handling of the above exception, another exception occurred:\n>\n>Traceback (most recent call last):\n>  File "b.py", line 2, in h\n>KeyError: 1\nINFO next',
    ],
    [
      'Python, logged as an error',
      'ERROR:root:failed\n>Traceback (most recent call last):\n>  File "a.py", line 1, in f\n>ValueError\nplain',
    ],
    [
      'Go',
      'panic: runtime error: index out of range\n>\n>goroutine 1 [running]:\n>main.f(0x1, 0x2)\n>\t/app/main.go:12 +0x1d\n>exit status 2\n2026/11/05 next',
    ],
    ['.NET', 'System.Exception: no\n>   at A.B() in C.cs:line 3\n>   --- End of inner exception stack trace ---\nnext'],
    ['Ruby', "app.rb:1:in `f': no (RuntimeError)\n>\tfrom app.rb:2:in `g'\nnext"],
    [
      'PHP',
      'PHP Fatal error:  Uncaught Exception: x\nStack trace:\n>#0 /a.php(12): f()\n>#1 {main}\n>  thrown in /a.php on line 3\nnext',
    ],
  ])('%s', (_, marked) => {
    expect(folded(marked.replaceAll(/^>/gm, ''))).toBe(marked);
  });

  test('what is only indented is left alone', () => {
    expect(folded('total 12\n  drwx\n  -rw\n    at home\n')).toBe('total 12\n  drwx\n  -rw\n>    at home\n');
  });
});
