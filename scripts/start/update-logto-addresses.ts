import { webhookEventNames } from '@latchkey/directory-sync/events';
import { z } from 'zod';
import { HOOK_ID, redirectUrisOf } from './seed-logto.ts';
import { MACHINE_APP } from './seed-machine-app.ts';
import type { Settings } from './settings.ts';

const Token = z.object({ access_token: z.string() });
const Application = z.object({
  oidcClientMetadata: z.object({
    redirectUris: z.array(z.string()),
    postLogoutRedirectUris: z.array(z.string()),
  }),
});

/**
 * Writes this run's URLs and the webhook's events to the Logto emulator. The seed does not change existing entries, so
 * with older data and another port every sign-in would end in a refused redirect.
 */
export async function updateLogtoAddresses({ logto, appId, webUrl, serverUrl }: Settings): Promise<void> {
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
  await call('PATCH', `/hooks/${HOOK_ID}`, {
    events: webhookEventNames,
    config: { url: `${serverUrl}/api/webhooks/logto` },
  });
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])];
}

type Call = (method: 'GET' | 'PATCH', path: string, body?: object) => Promise<unknown>;

/** Returns a function that calls Logto's Management API as the seeded machine-to-machine application. */
async function authorize(endpoint: string): Promise<Call> {
  const granted = await send(`${endpoint}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${MACHINE_APP.id}:${MACHINE_APP.secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: 'https://default.logto.app/api',
      scope: 'all',
    }),
  });
  const authorization = `Bearer ${Token.parse(granted).access_token}`;
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
