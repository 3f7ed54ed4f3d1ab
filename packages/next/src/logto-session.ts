import type { IdTokenClaims, LogtoNextConfig } from '@logto/next';
import LogtoClient from '@logto/next/server-actions';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { ownPage } from './own-page.ts';

/** Sign-in and sign-out by `@logto/next`, whose session is an encrypted cookie. */
export interface LogtoSession {
  /** Of the ID token in the session; `undefined` for a stranger. */
  readonly claims: () => Promise<IdTokenClaims | undefined>;
  readonly signIn: (returnTo?: string) => Promise<never>;
  readonly signOut: () => Promise<never>;
  /** Ends a sign-in: Logto sends the browser here. */
  readonly callback: (request: Request) => Promise<Response>;
}

/** What a session needs. */
export interface LogtoSessionSettings {
  readonly config: LogtoNextConfig;
  /** What Logto's console has as the redirect URI. */
  readonly callbackUrl: string;
  /** Called at the end of every sign-in, with the id of the user in Logto. */
  readonly onSignedIn: (userId: string) => Promise<void>;
}

/** The session of an app. */
export function createLogtoSession(settings: () => LogtoSessionSettings): LogtoSession {
  const claims = async (): Promise<IdTokenClaims | undefined> => {
    await cookies(); // First: a page that is built without an environment becomes dynamic here.
    const context = await new LogtoClient(settings().config).getLogtoContext();
    return context.isAuthenticated ? context.claims : undefined;
  };
  return {
    claims,
    async signIn(returnTo) {
      const { config, callbackUrl } = settings();
      const { url } = await new LogtoClient(config).handleSignIn({
        redirectUri: callbackUrl,
        postRedirectUri: ownPage(returnTo, config.baseUrl),
      });
      redirect(url);
    },
    async signOut() {
      redirect(await new LogtoClient(settings().config).handleSignOut());
    },
    async callback(request) {
      const { config, callbackUrl, onSignedIn } = settings();
      try {
        // Behind a proxy the request has the address of this server, not the one that Logto redirected to.
        const returnTo = await new LogtoClient(config).handleSignInCallback(
          `${callbackUrl}${new URL(request.url).search}`,
        );
        const userId = (await claims())?.sub;
        if (userId !== undefined) await onSignedIn(userId);
        return seeOther(ownPage(returnTo, config.baseUrl));
      } catch (error) {
        console.error(`A sign-in failed: ${codeOf(error)}`);
        return seeOther(`${config.baseUrl}/?error=SIGN_IN_FAILED`);
      }
    },
  };
}

function seeOther(location: string): Response {
  return new Response(undefined, { status: 303, headers: { location, 'cache-control': 'no-store' } });
}

/** The error's code, and nothing of its data: that may be personal. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
