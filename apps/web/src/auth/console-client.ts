import LogtoClient from '@logto/browser';

/** Long enough for a slow refresh in another tab, short enough that a page does not seem dead. */
const patience = 15_000;

/**
 * Logto's client with one token request at a time in the whole browser. A refresh token of Logto works once: two tabs that
 * refresh together send it twice, and the second use ends the session for both. The SDK joins equal requests of one
 * client only, so the lock is taken here, around reading the refresh token, using it and storing its successor.
 */
export class ConsoleClient extends LogtoClient {
  #pending: Promise<string> | undefined;
  #stale = false;

  /** Call when the API refused the token that `tokenFor` gave: the next call fetches a new one. */
  forgetToken(): void {
    this.#stale = true;
  }

  /** @throws {LogtoError | LogtoClientError | TypeError} when there is no session, or Logto cannot be reached. */
  tokenFor(resource: string): Promise<string> {
    this.#pending ??= this.#locked(resource).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  #locked(resource: string): Promise<string> {
    return navigator.locks.request(
      `latchkey:token:${this.logtoConfig.appId}`,
      { signal: AbortSignal.timeout(patience) },
      async () => {
        if (this.#stale) await this.clearAccessToken();
        this.#stale = false;
        return this.getAccessToken(resource);
      },
    );
  }
}
