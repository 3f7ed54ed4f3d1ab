import { type Config, loadConfig } from './config.ts';
import { createActiveOrganization, type ActiveOrganization, type Organization } from './organization.ts';
import type { Logto, SignInOptions } from './logto.ts';
import { type Person, idTokenKey, storedPerson, storedToken } from './stored-session.ts';
import { storeReturnPath, forgetStoredData } from './stored-data.ts';
import { createSessionState, SessionOverError, type SessionState } from './session-state.ts';

export interface Auth {
  /** Preloads Logto's client. @throws when it cannot be loaded. */
  readonly prepare: () => Promise<Pick<Logto, 'provider'>>;
  /** Reads this browser's storage, without a request. */
  readonly person: () => Promise<Person | null>;
  /**
   * Redirects to Logto, which returns to `returnPath`. With `register`, Logto offers to create an account. With
   * `asAnother`, it asks for an account even if a user is signed in.
   * @throws when Logto cannot be reached.
   */
  readonly signIn: (options: SignInOptions & { readonly returnPath?: string }) => Promise<void>;
  /** Whether this tab was redirected to Logto and is now at the callback URL. */
  readonly isReturning: () => Promise<boolean>;
  /** Redirects to Logto, which returns to the landing page. @throws when Logto cannot be reached. */
  readonly signOut: () => Promise<void>;
  readonly activeOrganization: ActiveOrganization;
  /**
   * Fetches the user's organizations from Logto.
   * @throws {SessionOverError} when the session has ended or lacks the scope; see `session`.
   * @throws when Logto cannot be reached.
   */
  readonly organizations: () => Promise<readonly Organization[]>;
  /**
   * The access token for the API, in the active organization.
   * @throws {NotAMemberError} when the user is not a member of it; the call must not be sent to another organization.
   * @throws {SessionOverError} when the session has ended or lacks the scope; see `session`.
   */
  readonly accessToken: () => Promise<string>;
  /** Call this when the API has rejected the token. */
  readonly forgetAccessToken: () => void;
  /** Call this when the API ended a stream, so that a token that has expired by the API's clock is not used again. */
  readonly forgetEndingToken: () => void;
  readonly session: SessionState;
  /** Calls `listener` when another tab may have signed out or switched the user. Returns an unsubscribe function. */
  readonly onPersonChange: (listener: () => void) => () => void;
}

/**
 * Stored from the redirect to Logto until the next sign-out. The client removes the tokens before the redirect, and
 * other tabs must not mistake that for a sign-out.
 */
const signingInKey = 'latchkey:signing-in';

/** Seconds by which this machine's clock may lag behind the API's. */
const clockTolerance = 60;

export function createAuth(config: Config): Auth {
  const { apiResource } = config;
  const { appId } = config.logto;
  const activeOrganization = createActiveOrganization();
  const session = createSessionState();
  /** The last returned token, and the rejected one, which may stay in storage until there is a new one. */
  let last: string | null = null;
  let rejected: string | null = null;
  /** Whether the client must be told to forget the rejected token. */
  let mustForget = false;

  const forgetAccessToken = (): void => {
    rejected = last;
    mustForget = true;
  };

  let logto: Promise<Logto> | undefined;
  const load = async (): Promise<Logto> => {
    logto ??= import('./logto.ts').then(({ createLogto }) => createLogto(config));
    try {
      return await logto;
    } catch (error) {
      logto = undefined;
      throw error;
    }
  };

  const whileItLasts = async <Result>(request: (logto: Logto) => Promise<Result>): Promise<Result> => {
    if (session.isOver()) throw new SessionOverError('The session has ended.');
    const loaded = await load();
    try {
      return await request(loaded);
    } catch (cause) {
      if (loaded.isSessionOver(cause)) session.end();
      else if (loaded.oauthError(cause) === 'insufficient_scope') session.lack();
      else throw cause;
      throw new SessionOverError('The person has to sign in again.', { cause });
    }
  };
  const idToken = idTokenKey(appId);
  // Another tab has stored the tokens of a new session, which this tab shares.
  addEventListener('storage', ({ key, newValue }) => {
    if (key === idToken && newValue !== null) session.resume();
  });

  return {
    prepare: load,
    person: () => Promise.resolve(storedPerson(appId)),
    async signIn({ returnPath, ...options }) {
      if (returnPath !== undefined) storeReturnPath(returnPath);
      if (options.asAnother === true) localStorage.removeItem(signingInKey);
      else localStorage.setItem(signingInKey, '');
      await (await load()).signIn(options);
    },
    isReturning: async () => (await load()).client.isSignInRedirected(location.href),
    async signOut() {
      localStorage.removeItem(signingInKey);
      await (await load()).client.signOut(`${location.origin}/`);
      forgetStoredData();
    },
    activeOrganization,
    async organizations() {
      const organizations = await whileItLasts(({ organizations: ask }) => ask());
      if (organizations !== null) return organizations;
      session.lack();
      throw new SessionOverError('The session lacks the scope for organizations.');
    },
    async accessToken() {
      const organization = activeOrganization.get();
      if (activeOrganization.isRefused()) throw new NotAMemberError(notAMember);
      const stored = session.isOver() ? null : storedToken(appId, { resource: apiResource, organization });
      if (stored !== null && stored !== rejected) return (last = stored);
      return whileItLasts(async ({ client, oauthError }) => {
        if (mustForget) client.forgetToken();
        mustForget = false;
        try {
          return (last = await client.tokenFor(apiResource, organization));
        } catch (cause) {
          // With `access_denied`, Logto reports that the user is not a member of the organization.
          if (organization === null || oauthError(cause) !== 'access_denied') throw cause;
          activeOrganization.refuse(organization);
          throw new NotAMemberError(notAMember, { cause });
        }
      });
    },
    forgetAccessToken,
    forgetEndingToken() {
      const wanted = {
        resource: apiResource,
        organization: activeOrganization.get(),
        lasting: clockTolerance,
      };
      if (storedToken(appId, wanted) === null) forgetAccessToken();
    },
    session,
    onPersonChange(listener) {
      const onStorage = (event: StorageEvent): void => {
        if (event.key !== idToken && event.key !== null) return;
        const isGone = storedPerson(appId) === null;
        // Another tab is signing in: the page stays until the user has signed in there.
        if (isGone && localStorage.getItem(signingInKey) !== null) return session.end();
        if (isGone) forgetStoredData();
        listener();
      };
      addEventListener('storage', onStorage);
      return () => removeEventListener('storage', onStorage);
    },
  };
}

const notAMember = 'The person is not a member of the organization.';

/** The user is not, or no longer, a member of the organization. */
export class NotAMemberError extends Error {
  override readonly name = 'NotAMemberError';
}

export class SignInUnreachableError extends Error {
  override readonly name = 'SignInUnreachableError';
}

/**
 * Returns the signed-in user. Without one, redirects the browser to Logto, which returns to `returnPath`, and the
 * promise never resolves.
 * @throws {SignInUnreachableError}
 */
export async function requirePerson(auth: Auth, returnPath: string): Promise<Person> {
  const person = await auth.person();
  if (person !== null) return person;
  try {
    await auth.signIn({ returnPath });
  } catch (cause) {
    throw new SignInUnreachableError('Logto cannot be reached.', { cause });
  }
  return new Promise(() => {});
}

let loadedAuth: Promise<Auth> | undefined;

/**
 * Loads the settings and creates the console's `Auth`, once. After a failure, the next call tries again.
 * @throws when the settings cannot be read.
 */
export async function loadAuth(): Promise<Auth> {
  loadedAuth ??= loadConfig().then(createAuth);
  try {
    return await loadedAuth;
  } catch (error) {
    loadedAuth = undefined;
    throw error;
  }
}
