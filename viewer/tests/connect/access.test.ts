import { describe, expect, test } from 'vitest';
import { readAccess } from '../../src/connect/access';

const PLAIN = new URL('http://logs.example/');
const SECURE = new URL('https://logs.example/live/');
const answer = (url: unknown, group: unknown = 'stream'): string => JSON.stringify({ url, group, hub: 'stream' });

describe('the answer of negotiate', () => {
  test('gives url and group', () => {
    expect(readAccess(answer('ws://localhost:8080/client/hubs/stream?access_token=T'), PLAIN)).toEqual({
      url: 'ws://localhost:8080/client/hubs/stream?access_token=T',
      group: 'stream',
    });
  });

  test('is made secure where the page is, on the same host, its port and query kept', () => {
    expect(readAccess(answer('ws://logs.example:8443/client/hubs/stream?access_token=T'), SECURE)).toMatchObject({
      url: 'wss://logs.example:8443/client/hubs/stream?access_token=T',
    });
  });

  test('of another host that is not secure is explained', () => {
    expect(readAccess(answer('ws://other.example/?access_token=T'), SECURE)).toMatchObject({
      hop: 'service',
      problem: expect.stringContaining('PUBLIC_URL') as string,
    });
  });

  test('of the cloud stays as it is', () => {
    const url = 'wss://r.webpubsub.azure.com/client/hubs/stream?access_token=T';
    expect(readAccess(answer(url), SECURE)).toMatchObject({ url });
    expect(readAccess(answer(url), PLAIN)).toMatchObject({ url });
  });

  test.each([
    ['<html>log in</html>', 'not JSON'],
    ['[]', 'not an object'],
    ['{}', '"url"'],
    [answer('/client'), '"url"'],
    [answer('https://r.example/?access_token=T'), 'no WebSocket'],
    [answer('ws://r.example/?access_token=T', ''), '"group"'],
  ])('%s is named for what it is, and its token is not', (body, expected) => {
    const access = readAccess(body, PLAIN);
    expect(access).toMatchObject({ hop: 'negotiate', problem: expect.stringContaining(expected) as string });
    expect(JSON.stringify(access)).not.toContain('access_token');
  });
});
