import LogtoClient, {
  LogtoClientError,
  LogtoError,
  LogtoRequestError,
  Prompt,
  UserScope,
  type LogtoConfig,
  createRequester,
  type UserInfoResponse,
} from '@logto/browser';
import * as v from 'valibot';
import type { Config } from './config.ts';
import { organizationsOf, type Organization } from './organization.ts';
import { fetchWithin } from '../api/fetch-within.ts';

export interface SignInOptions {
  readonly register?: boolean;
  readonly asAnother?: boolean;
}

/** Logto's client and its error handling. Loaded on first use. */
export interface Logto {
  readonly client: ConsoleClient;
  /** Props of `<LogtoProvider>` around the callback page: it shares the client with the rest of the console. */
  readonly provider: { readonly config: LogtoConfig; readonly LogtoClientClass: typeof ConsoleClient };
  readonly signIn: (options: SignInOptions) => Promise<void>;
  /** `null` when the session lacks their scope. */
  readonly organizations: () => Promise<readonly Organization[] | null>;
  readonly isSessionOver: (error: unknown) => boolean;
  readonly oauthError: (error: unknown) => string | undefined;
}

export function createLogto({ logto, apiResource }: Config): Logto {
  const config: LogtoConfig = {
    ...logto,
    resources: [apiResource],
    scopes: [UserScope.Email, UserScope.Profile, UserScope.Organizations, UserScope.OrganizationRoles],
  };
  const client = new ConsoleClient(config);

  /** `LogtoProvider` constructs its own client; this constructor returns the existing one. */
  class SharedClient extends ConsoleClient {
    constructor(...args: ConstructorParameters<typeof ConsoleClient>) {
      super(...args);
      return client;
    }
  }

  return {
    client,
    provider: { config, LogtoClientClass: SharedClient },
    async signIn({ register = false, asAnother = false }) {
      await client.signIn({
        redirectUri: `${location.origin}/callback`,
        // Logto's pages use the console's language.
        extraParams: { ui_locales: document.documentElement.lang },
        ...(register && { firstScreen: 'register' }),
        // Includes consent: without it Logto issues no refresh token.
        ...(asAnother && { prompt: [Prompt.Login, Prompt.Consent] }),
      });
    },
    organizations: async () => organizationsOf(await client.userInfo()),
    isSessionOver,
    oauthError,
  };
}

/**
 * Whether the error means that the session has ended: there is no refresh token, or Logto rejected it. False for a
 * network failure.
 * @internal exported for tests
 */
export function isSessionOver(error: unknown): boolean {
  if (error instanceof LogtoClientError) return error.code === 'not_authenticated';
  return oauthError(error) === 'invalid_grant';
}

/** The code of an OAuth error (RFC 6749, section 5.2), without the prefix `oidc.` of Logto's own codes. */
function oauthError(error: unknown): string | undefined {
  if (error instanceof LogtoRequestError) return error.code.replace(/^oidc\./, '');
  return error instanceof LogtoError && v.is(OidcAnswer, error.data) ? error.data.error : undefined;
}

const OidcAnswer = v.object({ error: v.string() });

/** Milliseconds to wait for Logto while this tab holds the lock that all tabs share. */
const answerTimeout = 15_000;

/** Milliseconds to wait for another tab's token request. A longer wait would make the page appear to hang. */
const lockTimeout = 15_000;

/**
 * Logto's client with one token request at a time per browser. A Logto refresh token can be used once: two tabs that
 * refresh simultaneously send it twice, and the second use ends the session for both. The SDK deduplicates requests
 * within one client only. This lock covers reading the refresh token, using it and storing the new one.
 */
export class ConsoleClient extends LogtoClient {
  /** The pending token requests, by the organization of the token. */
  readonly #pending = new Map<string | null, Promise<string>>();
  #stale = false;

  constructor(config: LogtoConfig) {
    super(config);
    this.adapter.requester = createRequester((...request) => fetchWithin(answerTimeout, ...request));
  }

  forgetToken(): void {
    this.#stale = true;
  }

  /**
   * The access token for a resource. With an organization, the token has the claim `organization_id`.
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

  /** Logto's userinfo, which needs its own token. Renews a token that Logto has revoked. @throws like `tokenFor` */
  userInfo(): Promise<UserInfoResponse> {
    return this.#locked(async () => {
      try {
        return await this.fetchUserInfo();
      } catch (error) {
        if (oauthError(error) !== 'invalid_token') throw error;
        await this.clearAccessToken();
        return this.fetchUserInfo();
      }
    });
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
