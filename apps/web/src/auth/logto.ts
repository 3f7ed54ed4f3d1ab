import {
  LogtoClientError,
  LogtoError,
  LogtoRequestError,
  Prompt,
  UserScope,
  type LogtoConfig,
} from '@logto/browser';
import * as v from 'valibot';
import type { Config } from './config.ts';
import { ConsoleClient } from './console-client.ts';
import { organizationsOf, type Organization } from './organization.ts';

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
  /** The user's organizations; `null` when the session lacks their scope. */
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
 * True when there is no refresh token or Logto rejected it; false for a network failure.
 * @internal exported for tests
 */
export function isSessionOver(error: unknown): boolean {
  if (error instanceof LogtoClientError) return error.code === 'not_authenticated';
  return oauthError(error) === 'invalid_grant';
}

/** The code of an OAuth error (RFC 6749, section 5.2), with or without Logto's own code, `oidc.<code>`. */
function oauthError(error: unknown): string | undefined {
  if (error instanceof LogtoRequestError) return error.code.replace(/^oidc\./, '');
  return error instanceof LogtoError && v.is(OidcAnswer, error.data) ? error.data.error : undefined;
}

const OidcAnswer = v.object({ error: v.string() });
