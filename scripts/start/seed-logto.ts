import { webhookEventNames } from '@latchkey/directory-sync/events';
import { z } from 'zod';
import { call, managementToken } from './http.ts';
import { MACHINE_APP, seedLogtoUsers, seedOrganizations } from './seed-users.ts';
import { hasPast, type Settings } from './settings.ts';

/** The id of the seeded webhook. */
const HOOK_ID = 'latchkeydirectorysync';

/** The redirect URIs of the web app that are registered in Logto. */
function redirectUrisOf(webUrl: string): { redirectUris: string[]; postLogoutRedirectUris: string[] } {
  return { redirectUris: [`${webUrl}/callback`], postLogoutRedirectUris: [`${webUrl}/`] };
}

/**
 * The seed of the Logto emulator: what an administrator would set up in Logto's console. The format is documented in
 * packages/logto-emulator/README.md.
 */
export function logtoSeed(settings: Settings): object {
  const { webUrl, serverUrl, appId, apiResource, webhookSigningKey } = settings;
  const withStaff = hasPast(settings);
  return {
    applications: [
      {
        id: appId,
        name: 'Latchkey console',
        type: 'SPA',
        ...redirectUrisOf(webUrl),
      },
      {
        ...MACHINE_APP,
        type: 'MachineToMachine',
        managementApi: true,
      },
    ],
    resources: [{ name: 'Latchkey API', indicator: apiResource, scopes: [] }],
    hooks: [
      {
        id: HOOK_ID,
        name: 'Latchkey directory sync',
        events: [...webhookEventNames],
        url: `${serverUrl}/api/webhooks/logto`,
        signingKey: webhookSigningKey,
      },
    ],
    // Invitations are sent to the emulator's inbox.
    connectors: [{ connectorId: 'simple-mail-transfer-protocol' }],
    organizationRoles: [{ name: 'admin' }, { name: 'member' }],
    organizations: seedOrganizations({ withStaff }),
    users: seedLogtoUsers(Date.now(), { withStaff }),
  };
}

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
