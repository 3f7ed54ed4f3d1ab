import LogtoClient, { createRequester, type LogtoConfig, type UserInfoResponse } from '@logto/browser';
import { fetchWithin } from '../api/fetch-within.ts';

/** Milliseconds to wait for a response from Logto, while this tab holds the lock for all. */
const answerTimeout = 15_000;

/** Milliseconds to wait for another tab's token request. A longer wait would make the page appear to hang. */
const lockTimeout = 15_000;

/**
 * Logto's client with one token request at a time per browser. A Logto refresh token can be used once: two tabs that
 * refresh simultaneously send it twice, and the second use ends the session for both. The SDK deduplicates requests
 * within one client only. This lock covers reading the refresh token, using it and storing the new one.
 */
export class ConsoleClient extends LogtoClient {
  /** By the organization of the token. */
  readonly #pending = new Map<string | null, Promise<string>>();
  #stale = false;

  constructor(config: LogtoConfig) {
    super(config);
    this.adapter.requester = createRequester((...request) => fetchWithin(answerTimeout, ...request));
  }

  /** Call this when the API rejected the token of `tokenFor`: the next call fetches a new one. */
  forgetToken(): void {
    this.#stale = true;
  }

  /**
   * With an organization, the token has the claim `organization_id`.
   * @throws {LogtoError | LogtoClientError | TypeError} without a session, for a non-member, or when Logto cannot be
   * reached.
   */
  tokenFor(resource: string, organization: string | null = null): Promise<string> {
    const pending =
      this.#pending.get(organization) ??
      this.#locked(() => this.getAccessToken(resource, organization ?? undefined)).finally(() =>
        this.#pending.delete(organization),
      );
    this.#pending.set(organization, pending);
    return pending;
  }

  /** Logto's userinfo, which needs its own token. @throws like `tokenFor` */
  userInfo(): Promise<UserInfoResponse> {
    return this.#locked(() => this.fetchUserInfo());
  }

  #locked<Result>(request: () => Promise<Result>): Promise<Result> {
    return navigator.locks.request(
      `latchkey:token:${this.logtoConfig.appId}`,
      { signal: AbortSignal.timeout(lockTimeout) },
      async () => {
        if (this.#stale) await this.clearAccessToken();
        this.#stale = false;
        return request();
      },
    );
  }
}
