import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { IdTokenClaims, LogtoNextConfig } from '@logto/next';
import LogtoClient from '@logto/next/server-actions';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';

/** Seconds. Browsers delete the cookie after 14 days, but `@logto/next` would accept a copy of it forever. */
const sessionLifetime = 14 * 24 * 3_600;

export interface LogtoSession {
  /** `undefined` if the visitor is unauthenticated. */
  readonly claims: () => Promise<IdTokenClaims | undefined>;
  readonly signIn: (returnTo?: string) => Promise<never>;
  readonly signOut: () => Promise<never>;
  /** Completes the sign-in when Logto redirects the browser back. */
  readonly callback: (request: Request) => Promise<Response>;
}

export interface LogtoSessionSettings {
  readonly config: LogtoNextConfig;
  /** The redirect URI registered in Logto's console. */
  readonly callbackUrl: string;
  /** Called at the end of every sign-in, with the Logto id. */
  readonly onSignedIn: (userId: string) => Promise<void>;
}

export function createLogtoSession(settings: () => LogtoSessionSettings): LogtoSession {
  const currentClaims = async (): Promise<IdTokenClaims | undefined> => {
    await cookies(); // Called first: it makes the page dynamic, so that `next build` needs no environment.
    const { isAuthenticated, claims } = await new LogtoClient(settings().config).getLogtoContext();
    if (!isAuthenticated || claims === undefined) return undefined;
    return Date.now() / 1_000 - claims.iat < sessionLifetime ? claims : undefined;
  };
  return {
    claims: currentClaims,
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
        // Not from `request.url`: behind a proxy, it has this server's address, not the one that Logto redirected to.
        const returnTo = await new LogtoClient(config).handleSignInCallback(
          `${callbackUrl}${new URL(request.url).search}`,
        );
        const userId = (await currentClaims())?.sub;
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

/** The error's code without its data, which may be personal. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/**
 * The URL of the given page of this app. Returns the home page for a URL outside the app, to prevent open redirects.
 * @internal exported for tests
 */
export function ownPage(path: unknown, baseUrl: string): string {
  const home = new URL(baseUrl.replace(/\/*$/, '/'));
  // As in Next.js's `redirect()`, a path such as `/reports` is relative to the app's `basePath`.
  const given = typeof path === 'string' ? path.replace(/^\/(?![/\\])/, () => home.pathname) : '';
  const page = URL.parse(given, home);
  // `blob:https://app.example/…` has the app's origin but another protocol.
  const isOwn =
    page?.origin === home.origin &&
    page.protocol === home.protocol &&
    page.username === '' &&
    page.password === '' &&
    `${page.pathname}/`.startsWith(home.pathname);
  return isOwn ? page.href : home.href;
}

/** How long a sign-in waits for the webhook handler, in milliseconds. */
const patience = 5_000;

interface Webhook {
  readonly handle: (request: Request) => Promise<Response>;
  readonly url: string;
  readonly signingKey: string;
}

/**
 * Passes a `PostSignIn` delivery to the webhook handler, so that Permit has the roles for the first page, even if
 * Logto's own delivery is late, lost, or cannot reach a development machine. Never rejects: after a failure the visitor
 * continues with the roles that Permit has.
 */
export async function reportSignIn(userId: string, { handle, url, signingKey }: Webhook): Promise<void> {
  const body = JSON.stringify({ event: 'PostSignIn', createdAt: new Date().toISOString(), userId });
  const signature = createHmac('sha256', signingKey).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'logto-signature-sha-256': signature };
  const applied = async (): Promise<string> => {
    try {
      return `status ${(await handle(new Request(url, { method: 'POST', headers, body }))).status}`;
    } catch (error) {
      return error instanceof Error ? error.name : 'unknown';
    }
  };
  const abort = new AbortController();
  const outcome = await Promise.race([applied(), wait(patience, 'no answer yet', { signal: abort.signal })]);
  abort.abort();
  if (outcome !== 'status 200')
    console.error(`The user's roles were not read from Logto at sign-in: ${outcome}.`);
}
