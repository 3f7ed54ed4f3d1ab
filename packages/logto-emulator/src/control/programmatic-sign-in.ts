import { createHash, randomBytes } from 'node:crypto';
import type { Client } from 'oidc-provider';
import { z } from 'zod';
import { ceilingOf, clientScope } from '../directory/consent-scopes.ts';
import { findUser } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { organizationsResource } from '../oidc/resource-servers.ts';

export interface SignInOptions {
  /**
   * The id of the application to sign in to, or the URL of a CIMD client. The user consents to what a third-party
   * application requests, also for `organizationId`. Default: the first application with a sign-in page.
   */
  readonly app?: string | undefined;
  /** Scopes in addition to the usual ones. Default: every scope that exists. */
  readonly scopes?: readonly string[] | undefined;
  /** The API resource that `accessToken` is for. */
  readonly resource?: string | undefined;
  /** The organization that `accessToken` is for. With `resource`, the token has the claim `organization_id`. */
  readonly organizationId?: string | undefined;
}

export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
  readonly scope: string;
  /** The lifetime of `accessToken` in seconds. */
  readonly expiresIn: number;
}

/** The sign-in failed. The message is Logto's. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly code = 'SIGN_IN_FAILED';
}

const tokens = z.object({
  access_token: z.string(),
  id_token: z.string(),
  refresh_token: z.string(),
  scope: z.string(),
  expires_in: z.number(),
});

const userScopes =
  'openid offline_access profile email phone roles urn:logto:scope:organizations urn:logto:scope:organization_roles';

/** Follows redirects with cookies, as a browser does, until one leaves the emulator. */
async function followRedirects(origin: string, start: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  for (let steps = 0; steps < 10 && url.origin === origin; steps += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } }); // oxlint-disable-line no-await-in-loop -- one leads to the next
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new SignInError(await response.text()); // oxlint-disable-line no-await-in-loop -- the end of the loop
    url = new URL(location, url);
  }
  return url;
}

async function clientToSignInTo(logto: Logto, app: string | undefined): Promise<Client> {
  const applications = [...logto.directory.applications.values()];
  const id = app ?? applications.find(({ type }) => type !== 'MachineToMachine')?.id;
  if (id === undefined) throw new SignInError('There is no application that people can sign in to.');
  const client = await logto
    .provider()
    .Client.find(id)
    .catch((cause: unknown) => {
      throw new SignInError(`There is no application ${id}.`, { cause });
    });
  if (client === undefined) throw new SignInError(`There is no application ${id}.`);
  return client;
}

/**
 * Sends the same requests as a browser and an SDK.
 * @throws SignInError
 */
export async function signIn(logto: Logto, name: string, options: SignInOptions = {}): Promise<Tokens> {
  const { endpoint, directory } = logto;
  const user = findUser(directory, name);
  if (user === undefined) throw new SignInError(`There is no user ${name}.`);
  const {
    clientId,
    clientName = clientId,
    redirectUris: [redirectUri] = [],
  } = await clientToSignInTo(logto, options.app);
  if (redirectUri === undefined) throw new SignInError(`${clientName} has no redirect URI.`);
  const ceiling = ceilingOf(directory, clientId);

  const every = [...directory.scopes.values(), ...directory.organizationScopes.values()].map(
    (scope) => scope.name,
  );
  const verifier = randomBytes(32).toString('base64url');
  const request = new URL(`${endpoint}/oidc/auth`);
  request.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: [
      ceiling === undefined ? userScopes : clientScope(ceiling),
      ...new Set(options.scopes ?? every),
    ].join(' '),
    prompt: 'consent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    emulator_user: user.id,
    resource: organizationsResource,
  }).toString();
  if (ceiling !== undefined && options.organizationId !== undefined)
    request.searchParams.set('organization_id', options.organizationId);
  // Like Logto, the emulator accepts any text as an indicator. OAuth only accepts URIs.
  const indicators = [...directory.resources.values()].map(({ indicator }) => indicator);
  for (const indicator of indicators)
    if (URL.canParse(indicator)) request.searchParams.append('resource', indicator);
  const answer = await followRedirects(endpoint, request.href);
  const code = answer.searchParams.get('code');
  if (code === null) throw new SignInError(answer.searchParams.get('error_description') ?? answer.href);

  const [secret] = directory.secrets.findBy('application', clientId);
  const exchange = async (parameters: Record<string, string>): Promise<unknown> => {
    const credentials = secret === undefined ? {} : { client_secret: secret.value };
    const body = new URLSearchParams({ client_id: clientId, ...credentials, ...parameters });
    const response = await fetch(`${endpoint}/oidc/token`, { method: 'POST', body });
    if (!response.ok) throw new SignInError(await response.text());
    return response.json();
  };
  const first = tokens.parse(
    await exchange({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  );
  const wanted = {
    ...(options.resource === undefined ? {} : { resource: options.resource }),
    ...(options.organizationId === undefined ? {} : { organization_id: options.organizationId }),
  };
  const last =
    Object.keys(wanted).length === 0
      ? first
      : tokens.parse(
          await exchange({ grant_type: 'refresh_token', refresh_token: first.refresh_token, ...wanted }),
        );
  return {
    accessToken: last.access_token,
    idToken: last.id_token,
    refreshToken: last.refresh_token,
    scope: last.scope,
    expiresIn: last.expires_in,
  };
}
