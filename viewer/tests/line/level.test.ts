import { describe, expect, test } from 'vitest';
import { levelOf, type Level } from '../../src/line/level';
import { plain } from '../../src/line/plain';

const LINES: readonly (readonly [Level, string])[] = [
  ['info', 'INFO no error found'],
  ['error', '{"@timestamp":"2026-11-05T12:00:00Z","log":{"level":"error"},"message":"x"}'],
  ['error', '{"@timestamp":"2026-11-05T12:00:00Z","log.level":"error","message":"x"}'],
  ['warn', '{"log":{"logger":"app.db","level":"WARN"},"message":"x"}'],
  ['none', '{"inner":{"log":{"level":"error"}},"message":"x"}'],
  ['debug', 't=2026-11-05T12:00:00Z lvl=DBUG msg="x"'],
  ['info', 'I, [2026-11-05T12:00:00.123456 #123]  INFO -- : an ERROR in words'],
  ['error', 'E, [2026-11-05T12:00:00.123456 #123] ERROR -- app: gone'],
  ['none', 'I, [2026] said so'],
  ['warn', 'level=warn msg="disk almost full" error=none'],
  ['error', '{"severity":"ERROR","message":"no warning"}'],
  ['error', '[E] could not open'],
  ['error', '<3>kernel: oops'],
  ['error', '{"level":50,"time":1793476800000,"msg":"pino"}'],
  ['error', '\u001b[1;31mERROR\u001b[0m red'],
  ['none', 'no error found'],
  ['none', 'error opening file'],
  ['none', 'Warning signs were seen'],
  ['none', '2026-11-05 12:00:00 connection error found'],
  ['none', 'I am here'],
  ['none', ''],
  ['none', 'GET /error HTTP/1.1 200'],
  ['none', '{"message":"ERROR","nested":{"level":"error"}}'],
  ['none', '{"message":"\\"level\\":\\"error\\""}'],
  ['info', '{"nested":{"level":"error"},"level":"info"}'],
  ['info', 'INFO {"user":"x","note":"set level=debug"}'],
  ['info', 'INFO set level=debug'],
  ['warn', 'warn: low memory'],
  ['error', 'Error: cannot find module'],
  ['error', 'ERROR:root:text'],
  ['error', '2026-11-05 12:00:00,123 - app.worker - ERROR - it failed'],
  ['error', '2026/11/05 12:00:00 [error] 123#0: *1 open() failed'],
  ['info', '2026-11-05T12:00:00.123Z  INFO 1234 --- [main] c.e.App : an ERROR in words'],
  ['warn', '[12:00:01 WRN] slow request'],
  ['error', '[2026-11-05T12:00:00Z ERROR app::db] gone'],
  ['error', '[main thread] ERROR com.example - gone'],
  ['error', '[2026-11-05 12:00:00] production.ERROR: gone'],
  ['error', 'E1105 12:00:00.123456       1 main.go:12] gone'],
  ['warn', 'W/ActivityManager(  123): slow'],
  ['error', '2026-11-05 12:00:00.123 UTC [123] ERROR:  relation does not exist'],
  ['info', '2026-11-05 12:00:00.123 UTC [123] LOG:  ready'],
  ['error', 'Nov  5 12:00:00 web-1 app[123]: ERROR gone'],
  ['warn', '<12>1 2026-11-05T12:00:00Z web-1 app - - - text'],
  ['debug', '2026-11-05T12:00:00Z level=debug msg=x'],
  ['warn', '2026-11-05 12:00:00 | WARNING | module | text'],
  ['error', '{"level":3,"short_message":"GELF counts as syslog does"}'],
  ['fatal', 'panic: runtime error: index out of range'],
  ['trace', '{"@level":"trace"}'],
  ['fatal', 'ts=1 lvl=crit msg=x'],
];

describe('the level of a line', () => {
  test.each(LINES)('V12: is %s in %j', (level, text) => {
    expect(levelOf(plain(text))).toBe(level);
  });

  test('is found in any text without delay', () => {
    const long = `${'['.repeat(50_000)}${'{"'.repeat(50_000)}`;
    expect(levelOf(long)).toBe('none');
  });
});
