import { webhookEventNames } from '@latchkey/directory-sync/events';
import { MACHINE_APP } from './seed-machine-app.ts';
import { seedLogtoUsers, seedOrganizations } from './seed-users.ts';
import type { Settings } from './settings.ts';

/** The id of the seeded webhook. */
export const HOOK_ID = 'latchkeydirectorysync';

/** The redirect URIs of the web app that are registered in Logto. */
export function redirectUrisOf(webUrl: string): { redirectUris: string[]; postLogoutRedirectUris: string[] } {
  return { redirectUris: [`${webUrl}/callback`], postLogoutRedirectUris: [`${webUrl}/`] };
}

/**
 * The seed of the Logto emulator: what an administrator would set up in Logto's console. The format is documented in
 * packages/logto-emulator/README.md.
 */
export function logtoSeed({ webUrl, serverUrl, appId, apiResource, webhookSigningKey }: Settings): object {
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
    organizations: seedOrganizations,
    users: seedLogtoUsers(Date.now()),
  };
}
