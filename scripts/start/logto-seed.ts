import { MACHINE_APP } from './machine-app.ts';
import { people } from './people.ts';
import type { Settings } from './settings.ts';

/** Every event that may change who someone is or what they belong to; what a person does without changing it is left out. */
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

export const HOOK_ID = 'latchkeydirectorysync';

export function redirectUrisOf(webUrl: string): { redirectUris: string[]; postLogoutRedirectUris: string[] } {
  return { redirectUris: [`${webUrl}/callback`], postLogoutRedirectUris: [`${webUrl}/`] };
}

/** What a person would set up in Logto's console, in the emulator's seed format. */
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
    users: people.map(({ id, username, email, name, password }) => ({
      id,
      username,
      primaryEmail: email,
      name,
      password,
    })),
  };
}
