import { z } from 'zod';
import { HOOK_ID, redirectUrisOf } from './logto-seed.ts';
import { MACHINE_APP } from './machine-app.ts';
import type { Settings } from './settings.ts';

const Token = z.object({ access_token: z.string() });
const Application = z.object({
  oidcClientMetadata: z.object({
    redirectUris: z.array(z.string()),
    postLogoutRedirectUris: z.array(z.string()),
  }),
});

/**
 * Tells a Logto emulator with older data the addresses of this run. The seed leaves alone what is there, and a port that
 * was changed since would end every sign-in in a refused redirect.
 */
export async function alignLogto({ logto, appId, webUrl, serverUrl }: Settings): Promise<void> {
  const call = await authorize(logto.endpoint);
  const application = Application.parse(await call('GET', `/applications/${appId}`));
  const { redirectUris: known, postLogoutRedirectUris: knownAfter } = application.oidcClientMetadata;
  const { redirectUris, postLogoutRedirectUris } = redirectUrisOf(webUrl);
  await call('PATCH', `/applications/${appId}`, {
    oidcClientMetadata: {
      redirectUris: union(known, redirectUris),
      postLogoutRedirectUris: union(knownAfter, postLogoutRedirectUris),
    },
  });
  await call('PATCH', `/hooks/${HOOK_ID}`, { config: { url: `${serverUrl}/api/webhooks/logto` } });
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])];
}

type Call = (method: 'GET' | 'PATCH', path: string, body?: object) => Promise<unknown>;

/** A call to Logto's Management API, as the machine-to-machine application of the seed. */
async function authorize(endpoint: string): Promise<Call> {
  const answer = await send(`${endpoint}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${MACHINE_APP.id}:${MACHINE_APP.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: 'https://default.logto.app/api',
      scope: 'all',
    }),
  });
  const authorization = `Bearer ${Token.parse(answer).access_token}`;
  return (method, path, body) =>
    send(`${endpoint}/api${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}

async function send(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
