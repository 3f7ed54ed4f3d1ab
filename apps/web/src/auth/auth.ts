import { LogtoClientError, LogtoError, LogtoRequestError, type LogtoConfig } from '@logto/react';
import * as z from 'zod/mini';
import type { Config } from '../config.ts';
import { ConsoleClient } from './console-client.ts';
import { personOf, type Person } from './person.ts';
import { keepReturnPath } from './return-path.ts';

/** Everything the console asks of Logto. Made once, before the first render. */
export interface Auth {
  /** For `<LogtoProvider>`: hands it the one client that the rest of the console uses too. */
  readonly provider: { readonly config: LogtoConfig; readonly LogtoClientClass: typeof ConsoleClient };
  /** Who is signed in in this browser, as far as it knows; Logto is not asked. */
  readonly person: () => Promise<Person | null>;
  /** Leaves for Logto and comes back to `returnPath`. @throws when Logto cannot be reached. */
  readonly signIn: (options: { readonly returnPath?: string; readonly register?: boolean }) => Promise<void>;
  /** Whether this tab left for Logto and now stands where Logto sends people back to. */
  readonly isReturning: () => Promise<boolean>;
  /** Leaves for Logto and comes back to the landing page. @throws when Logto cannot be reached. */
  readonly signOut: () => Promise<void>;
  /** The access token for the API. Sends the person to sign in again when their session has ended. */
  readonly accessToken: () => Promise<string>;
  /** Call when the API refused the token. */
  readonly forgetAccessToken: () => void;
  /**
   * For a session that ended: sign in again and come back to this page. Once in a while only, so that it cannot loop.
   * @returns whether the browser is on its way to Logto.
   */
  readonly signInAgain: () => Promise<boolean>;
  /** Calls back when someone may have signed out, or in as someone else, in another tab. */
  readonly onPersonChange: (listener: () => void) => () => void;
}

/** Two attempts within this time mean that signing in does not help; the page then says what is wrong. */
const again = 30_000;
const attemptKey = 'latchkey:signed-in-again';

export function createAuth({ logto, apiResource }: Config): Auth {
  const config: LogtoConfig = { ...logto, resources: [apiResource], scopes: ['email', 'profile'] };
  const client = new ConsoleClient(config);

  /** `LogtoProvider` insists on making its client; a constructor may return an object that is there already. */
  class SharedClient extends ConsoleClient {
    constructor(...args: ConstructorParameters<typeof ConsoleClient>) {
      super(...args);
      return client;
    }
  }

  const signIn: Auth['signIn'] = async ({ returnPath, register = false }) => {
    if (returnPath !== undefined) keepReturnPath(returnPath);
    await client.signIn({
      redirectUri: `${location.origin}/callback`,
      // Logto's pages then speak the language that the console does.
      extraParams: { ui_locales: document.documentElement.lang },
      ...(register && { firstScreen: 'register' }),
    });
  };

  const signInAgain = async (): Promise<boolean> => {
    const last = Number(sessionStorage.getItem(attemptKey) ?? 0);
    if (Date.now() - last < again) return false;
    sessionStorage.setItem(attemptKey, String(Date.now()));
    const { pathname, search, hash } = location;
    try {
      await signIn({ returnPath: pathname + search + hash });
      return true;
    } catch {
      // Logto cannot be reached: the page's own error stays, and its retry comes back here.
      sessionStorage.removeItem(attemptKey);
      return false;
    }
  };

  return {
    provider: { config, LogtoClientClass: SharedClient },
    async person() {
      return (await client.isAuthenticated()) ? personOf(await client.getIdTokenClaims()) : null;
    },
    signIn,
    isReturning: () => client.isSignInRedirected(location.href),
    signOut: () => client.signOut(`${location.origin}/`),
    async accessToken() {
      try {
        return await client.tokenFor(apiResource);
      } catch (error) {
        // On the way to Logto nothing more happens on this page, not even an error.
        if (isSessionOver(error) && (await signInAgain())) return new Promise(() => {});
        throw error;
      }
    },
    forgetAccessToken: () => client.forgetToken(),
    signInAgain,
    onPersonChange(listener) {
      const idToken = `logto:${logto.appId}:idToken`;
      const onStorage = (event: StorageEvent): void => {
        if (event.key === idToken || event.key === null) listener();
      };
      addEventListener('storage', onStorage);
      return () => removeEventListener('storage', onStorage);
    },
  };
}

/**
 * Not a failing network: Logto answered that the refresh token is no more, or there is none.
 * @internal for its test
 */
export function isSessionOver(error: unknown): boolean {
  if (error instanceof LogtoClientError) return error.code === 'not_authenticated';
  if (error instanceof LogtoRequestError) return error.code === 'oidc.invalid_grant';
  if (!(error instanceof LogtoError)) return false;
  const answer = OidcAnswer.safeParse(error.data);
  return answer.success && answer.data.error === 'invalid_grant';
}

/** RFC 6749, 5.2: what a provider answers that does not add Logto's own `code` to it. */
const OidcAnswer = z.object({ error: z.string() });
