import { createHash, randomBytes } from 'node:crypto';
import makeFetchCookie from 'fetch-cookie';

/** Follows redirects until they leave the emulator. */
export interface Browser {
  readonly fetch: typeof fetch;
  open(url: string, init?: Omit<RequestInit, 'headers'>): Promise<Opened>;
  submit(page: Opened, action: string, fields: Record<string, string>): Promise<Opened>;
}

export interface Opened {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  /** The URL of a redirect that leaves the emulator. */
  readonly leaves: URL | undefined;
}

export function createBrowser(origin: string, headers: Record<string, string> = {}): Browser {
  const withCookies = makeFetchCookie(fetch);
  const open = async (url: string, init: Omit<RequestInit, 'headers'> = {}): Promise<Opened> => {
    const response = await withCookies(url, {
      redirect: 'manual',
      ...init,
      headers: { accept: 'text/html', ...headers },
    });
    const location = response.headers.get('location');
    if (location === null)
      return { url, status: response.status, text: await response.text(), leaves: undefined };
    const target = new URL(location, url);
    if (target.origin !== origin) return { url, status: response.status, text: '', leaves: target };
    return open(target.href);
  };
  return {
    fetch: withCookies,
    open,
    submit(page, action, fields) {
      if (!page.text.includes(`action="${action}`))
        throw new Error(`There is no form for ${action} in:\n${page.text}`);
      const target = new URL(action + new URL(page.url).search, page.url);
      return open(target.href, { method: 'POST', body: new URLSearchParams(fields) });
    },
  };
}

export interface Client {
  readonly endpoint: string;
  readonly clientId: string;
  readonly redirectUri: string;
}

/** `verifier` is for the code exchange. */
export function authorization(
  { endpoint, clientId, redirectUri }: Client,
  parameters: Record<string, string | string[]> = {},
) {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${endpoint}/oidc/auth`);
  const all = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid offline_access profile email',
    prompt: 'consent',
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...parameters,
  };
  for (const [name, value] of Object.entries(all))
    for (const item of [value].flat()) url.searchParams.append(name, item);
  return { url: url.href, verifier };
}

export interface TokenResponse {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export async function requestToken(
  endpoint: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenResponse> {
  const response = await fetch(`${endpoint}/oidc/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(parameters),
  });
  return { status: response.status, body: Object(await response.json()) };
}

export async function signInWith(
  client: Client,
  [identifier, password]: readonly [string, string],
  parameters: Record<string, string | string[]> = {},
): Promise<Record<string, string>> {
  const browser = createBrowser(client.endpoint);
  const { url, verifier } = authorization(client, parameters);
  const page = await browser.open(url);
  const { leaves } = await browser.submit(page, '/sign-in', { identifier, password });
  const { status, body } = await requestToken(client.endpoint, {
    grant_type: 'authorization_code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    code: leaves?.searchParams.get('code') ?? '',
    code_verifier: verifier,
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
}
