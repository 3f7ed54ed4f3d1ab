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
import { ConsoleClient } from './console-client.ts';
import { organizationsOf, type Organization } from './organization.ts';

export interface SignInOptions {
  readonly register?: boolean;
  readonly asAnother?: boolean;
}

/** Logto's client, and what its errors mean. Loaded when something has to be asked of Logto. */
export interface Logto {
  readonly client: ConsoleClient;
  /** Props of `<LogtoProvider>` around the page that Logto returns to: it gets the same client as the rest of the console. */
  readonly provider: { readonly config: LogtoConfig; readonly LogtoClientClass: typeof ConsoleClient };
  readonly signIn: (options: SignInOptions) => Promise<void>;
  /** Of the person; `null` is a session without the scope for them. */
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

  /** `LogtoProvider` constructs its client itself; this constructor returns the existing one. */
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
        // Logto's pages use the language of the console.
        extraParams: { ui_locales: document.documentElement.lang },
        ...(register && { firstScreen: 'register' }),
        // Consent as well: without it Logto gives no refresh token.
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

const OidcAnswer = v.object({ error: v.string() });
