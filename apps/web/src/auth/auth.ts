import {
  LogtoClientError,
  LogtoError,
  LogtoRequestError,
  Prompt,
  UserScope,
  type LogtoConfig,
} from '@logto/browser';
import * as v from 'valibot';
import type { Config } from '../config.ts';
import { createActiveOrganization, type ActiveOrganization } from './active-organization.ts';
import { ConsoleClient } from './console-client.ts';
import { forgetKnownPages } from './known-pages.ts';
import { forgetLastUsed } from './last-used.ts';
import { idTokenKey } from './may-have-session.ts';
import { organizationsOf, type Organization } from './organization.ts';
import { personOf, type Person } from './person.ts';
import { storeReturnPath } from './return-path.ts';
import { createSessionState, SessionOverError, type SessionState } from './session-state.ts';
import { forgetTypedTexts } from './typed-text.ts';

/** Everything that the console needs from Logto. Created once, before the first render. */
export interface Auth {
  /** Props of `<LogtoProvider>` around the page that Logto returns to: it gets the same client as the rest of the console. */
  readonly provider: { readonly config: LogtoConfig; readonly LogtoClientClass: typeof ConsoleClient };
  /** The person signed in in this browser, from its storage; no request is sent. */
  readonly person: () => Promise<Person | null>;
  /**
   * Redirects to Logto, which returns to `returnPath`. `register`: to create an account. `asAnother`: Logto asks who it is,
   * also when somebody is signed in. @throws when Logto cannot be reached.
   */
  readonly signIn: (options: {
    readonly returnPath?: string;
    readonly register?: boolean;
    readonly asAnother?: boolean;
  }) => Promise<void>;
  /** Whether this tab was redirected to Logto and is now at the callback URL. */
  readonly isReturning: () => Promise<boolean>;
  /** Redirects to Logto, which returns to the landing page. @throws when Logto cannot be reached. */
  readonly signOut: () => Promise<void>;
  /** The organization of the access tokens. */
  readonly activeOrganization: ActiveOrganization;
  /**
   * The organizations of the person, asked of Logto.
   * @throws {SessionOverError} when the session has ended or lacks the scope; `session` tells.
   * @throws when Logto cannot be reached.
   */
  readonly organizations: () => Promise<readonly Organization[]>;
  /**
   * The access token for the API, in the active organization.
   * @throws {NotAMemberError} when the person is not a member there; a call that was meant for it is not made elsewhere.
   * @throws {SessionOverError} when the session has ended or lacks the scope; `session` tells.
   */
  readonly accessToken: () => Promise<string>;
  /** Call this when the API rejected the token. */
  readonly forgetAccessToken: () => void;
  readonly session: SessionState;
  /** Calls `listener` when another tab may have signed out, or signed in another person. Returns how to stop. */
  readonly onPersonChange: (listener: () => void) => () => void;
}

export function createAuth({ logto, apiResource }: Config): Auth {
  const config: LogtoConfig = {
    ...logto,
    resources: [apiResource],
    scopes: [UserScope.Email, UserScope.Profile, UserScope.Organizations, UserScope.OrganizationRoles],
  };
  const activeOrganization = createActiveOrganization();
  const client = new ConsoleClient(config);

  /** `LogtoProvider` constructs its client itself; this constructor returns the existing one. */
  class SharedClient extends ConsoleClient {
    constructor(...args: ConstructorParameters<typeof ConsoleClient>) {
      super(...args);
      return client;
    }
  }

  const signIn: Auth['signIn'] = async ({ returnPath, register = false, asAnother = false }) => {
    if (returnPath !== undefined) storeReturnPath(returnPath);
    await client.signIn({
      redirectUri: `${location.origin}/callback`,
      // Logto's pages use the language of the console.
      extraParams: { ui_locales: document.documentElement.lang },
      ...(register && { firstScreen: 'register' }),
      // Consent as well: without it Logto gives no refresh token.
      ...(asAnother && { prompt: [Prompt.Login, Prompt.Consent] }),
    });
  };

  const session = createSessionState();
  const whileItLasts = async <Result>(request: () => Promise<Result>): Promise<Result> => {
    if (session.isOver()) throw new SessionOverError('The session has ended.');
    try {
      return await request();
    } catch (cause) {
      if (isSessionOver(cause)) session.end();
      else if (oauthError(cause) === 'insufficient_scope') session.lack();
      else throw cause;
      throw new SessionOverError('The person has to sign in again.', { cause });
    }
  };
  const idToken = idTokenKey(logto.appId);
  // Another tab has stored the tokens of a new session, which this one uses as well.
  addEventListener('storage', ({ key, newValue }) => {
    if (key === idToken && newValue !== null) session.resume();
  });

  return {
    provider: { config, LogtoClientClass: SharedClient },
    async person() {
      return (await client.isAuthenticated()) ? personOf(await client.getIdTokenClaims()) : null;
    },
    signIn,
    isReturning: () => client.isSignInRedirected(location.href),
    async signOut() {
      forgetTypedTexts();
      forgetKnownPages();
      forgetLastUsed();
      await client.signOut(`${location.origin}/`);
    },
    activeOrganization,
    async organizations() {
      const organizations = organizationsOf(await whileItLasts(() => client.userInfo()));
      if (organizations !== null) return organizations;
      session.lack();
      throw new SessionOverError('The session lacks the scope for organizations.');
    },
    async accessToken() {
      const organization = activeOrganization.get();
      if (activeOrganization.isRefused()) throw new NotAMemberError(notAMember);
      try {
        return await whileItLasts(() => client.tokenFor(apiResource, organization));
      } catch (error) {
        if (organization !== null && oauthError(error) === 'access_denied') {
          // Logto's answer to a person who is no member.
          activeOrganization.refuse(organization);
          throw new NotAMemberError(notAMember, { cause: error });
        }
        throw error;
      }
    },
    forgetAccessToken: () => client.forgetToken(),
    session,
    onPersonChange(listener) {
      const onStorage = (event: StorageEvent): void => {
        if (event.key === idToken || event.key === null) listener();
      };
      addEventListener('storage', onStorage);
      return () => removeEventListener('storage', onStorage);
    },
  };
}

/**
 * True when there is no refresh token or Logto rejected it; false for a network failure.
 * @internal for its test
 */
export function isSessionOver(error: unknown): boolean {
  if (error instanceof LogtoClientError) return error.code === 'not_authenticated';
  return oauthError(error) === 'invalid_grant';
}

/** The code of an OAuth error (RFC 6749 §5.2), which Logto answers with a code of its own, `oidc.<code>`, or without. */
function oauthError(error: unknown): string | undefined {
  if (error instanceof LogtoRequestError) return error.code.replace(/^oidc\./, '');
  return error instanceof LogtoError && v.is(OidcAnswer, error.data) ? error.data.error : undefined;
}

const notAMember = 'The person is not a member of the organization.';

/**
 * The person is not, or no longer, a member of the organization.
 * @internal for its test
 */
export class NotAMemberError extends Error {
  override readonly name = 'NotAMemberError';
}

const OidcAnswer = v.object({ error: v.string() });
