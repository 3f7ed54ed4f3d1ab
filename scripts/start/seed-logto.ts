import { MACHINE_APP } from './seed-machine-app.ts';
import { seedUsers } from './seed-users.ts';
import type { Settings } from './settings.ts';

/** The events that may change a user, an organization or a membership. Events without such a change (a sign-in) are left out. */
const EVENTS = [
  'PostRegister',
  'User.Created',
  'User.Data.Updated',
  'User.Deleted',
  'User.SuspensionStatus.Updated',
  'Organization.Created',
  'Organization.Data.Updated',
  'Organization.Deleted',
  'Organization.Membership.Updated',
  'Role.Data.Updated',
  'Role.Deleted',
  'OrganizationRole.Data.Updated',
  'OrganizationRole.Deleted',
];

/** The id of the seeded webhook. */
export const HOOK_ID = 'latchkeydirectorysync';

/** The redirect URIs of the web app, which Logto has to know. */
export function redirectUrisOf(webUrl: string): { redirectUris: string[]; postLogoutRedirectUris: string[] } {
  return { redirectUris: [`${webUrl}/callback`], postLogoutRedirectUris: [`${webUrl}/`] };
}

/**
 * The seed of the Logto emulator: what an administrator would otherwise set up in Logto's console. The format is described
 * in packages/logto-emulator/README.md.
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
        events: EVENTS,
        url: `${serverUrl}/api/webhooks/logto`,
        signingKey: webhookSigningKey,
      },
    ],
    users: seedUsers.map(({ id, username, email, name, password }) => ({
      id,
      username,
      primaryEmail: email,
      name,
      password,
    })),
  };
}
