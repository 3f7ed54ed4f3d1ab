import { webhookEventNames } from '@latchkey/directory-sync/events';
import { z } from 'zod';
import { call, managementToken } from './http.ts';
import { HOOK_ID, redirectUrisOf } from './seed-logto.ts';
import type { Settings } from './settings.ts';

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
  const token = await managementToken(logto.endpoint);
  const application = `${logto.endpoint}/api/applications/${appId}`;
  const { oidcClientMetadata: known } = Application.parse(await call(application, { method: 'GET', token }));
  const { redirectUris, postLogoutRedirectUris } = redirectUrisOf(webUrl);
  await call(application, {
    method: 'PATCH',
    token,
    body: {
      oidcClientMetadata: {
        redirectUris: union(known.redirectUris, redirectUris),
        postLogoutRedirectUris: union(known.postLogoutRedirectUris, postLogoutRedirectUris),
      },
    },
  });
  await call(`${logto.endpoint}/api/hooks/${HOOK_ID}`, {
    method: 'PATCH',
    token,
    body: { events: webhookEventNames, config: { url: `${serverUrl}/api/webhooks/logto` } },
  });
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])];
}
