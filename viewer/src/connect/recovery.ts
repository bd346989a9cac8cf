/**
 * What it takes to go on with a lost connection instead of making a new one: its id, its token, and the time that the
 * service keeps it. With them nothing is missed. It opens nothing.
 *
 * Client spec 1.4 and 2.2: the id and the token of the `connected` message go into the query of the client URL; close
 * code 1008 says that it cannot be recovered; the service keeps it for 30 s after the loss.
 */

const WINDOW_MS = 30_000;

export class Recovery {
  private endpoint = '';
  private way: string | undefined;
  private until = 0;
  /** Attempts since the connection was lost. */
  attempts = 0;

  /** A new connection is made to `url`, a client URL with a token. */
  begin(url: string): void {
    const endpoint = new URL(url);
    endpoint.searchParams.delete('access_token');
    this.endpoint = endpoint.href;
    this.way = undefined;
  }

  /** The service told how this connection is recovered; it may tell so again. */
  greet(connectionId: string, token: string): void {
    if (connectionId === '' || token === '') return;
    const url = new URL(this.endpoint);
    url.searchParams.set('awps_connection_id', connectionId);
    url.searchParams.set('awps_reconnection_token', token);
    this.way = url.href;
  }

  /** The connection was lost, as far as the page knows just now. */
  lose(now: number): void {
    this.until = now + WINDOW_MS;
    this.attempts = 0;
  }

  /** The service keeps it no longer. */
  forget(): void {
    this.way = undefined;
  }

  /** The URL that recovers it: a secret, kept out of every text and log. Undefined if there is no use in trying. */
  url(now: number): string | undefined {
    return now < this.until ? this.way : undefined;
  }
}
