import { webhookEventNames } from '@latchkey/directory-sync/events';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, managementToken } from './http.ts';
import { connectRole, MACHINE_APP, seedLogtoUsers, seedOrganizations, seedUsers } from './seed-users.ts';
import { hasPast, type Settings } from './settings.ts';
import type { StartContext, Supervisor } from './supervisor.ts';

const HOOK_ID = 'latchkeydirectorysync';

function redirectUrisOf(webUrl: string): { redirectUris: string[]; postLogoutRedirectUris: string[] } {
  return { redirectUris: [`${webUrl}/callback`], postLogoutRedirectUris: [`${webUrl}/`] };
}

/** Where MCP clients on this machine wait for the answer of a sign-in. */
const loopbackRedirectUris = ['localhost', '127.0.0.1'].flatMap((host) =>
  ['/', '/callback', '/oauth/callback'].map((path) => `http://${host}${path}`),
);

/** What an administrator sets up in Logto's console. The format: packages/logto-emulator/README.md. */
export function logtoSeed(settings: Settings): object {
  const { webUrl, serverUrl, appId, apiResource, webhookSigningKey } = settings;
  const withStaff = hasPast(settings);
  const mcpResource = `${webUrl}/mcp`;
  const mcpScopes = Object.keys(policy.scopes).map((name) => ({ resource: mcpResource, name }));
  const consentScopes = {
    userScopes: ['profile', 'email', 'urn:logto:scope:organizations'],
    resourceScopes: mcpScopes,
    organizationResourceScopes: mcpScopes,
  };
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
      // For MCP clients without a metadata document.
      {
        id: 'latchkeymcpclients00',
        name: 'MCP clients',
        type: 'Native',
        isThirdParty: true,
        redirectUris: loopbackRedirectUris,
        consentScopes,
      },
    ],
    resources: [
      { name: 'Latchkey API', indicator: apiResource, scopes: [] },
      {
        name: 'Latchkey MCP server',
        indicator: mcpResource,
        scopes: Object.entries(policy.scopes).map(([name, scope]) => ({ name, description: scope.name })),
      },
    ],
    // As latchkey connect logto sets it up.
    roles: [
      {
        name: connectRole,
        description: 'People with it can connect applications that act for them.',
        isDefault: true,
        scopes: mcpScopes,
      },
    ],
    cimd: { loopbackDocuments: true, ...consentScopes },
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
 * The seed does not update existing entries: with older data and another port, Logto would refuse the redirect of every
 * sign-in.
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

/** It runs without the server, which is not up yet, so the audit log does not get its changes. */
const command = (...args: string[]) => ({
  args: ['apps/cli/src/main.ts', ...args],
  environment: { LATCHKEY_URL: '' },
});

/**
 * Applies the policy at every start, and grants the roles of the seeded users on fresh data. A live Permit is not
 * changed: an administrator applies its policy.
 */
export async function seedPermit({ settings, report, supervisor }: StartContext): Promise<void> {
  if (settings.permit.emulatorPorts === undefined) {
    report.line('    Its policy is not changed; "pnpm latchkey policy apply" updates it.');
    return;
  }
  await report.step('Policy', async () => {
    const table = ['--table', 'packages/policy/src/index.ts'];
    const applied = await supervisor.once('policy', command('policy', ...table, 'apply'));
    const granted = await grantRolesOnce(settings, supervisor);
    return `${applied.split('\n').at(-1) ?? ''}${granted}`;
  });
}

const doneFile = ({ dataDir }: Settings): string => join(dataDir, 'roles-granted');

/** Only on fresh data: a role that an administrator removed must not come back at the next start. */
export const grantsRoles = (settings: Settings): boolean =>
  settings.logto.emulatorPort !== undefined && !existsSync(doneFile(settings));

async function grantRolesOnce(settings: Settings, supervisor: Supervisor): Promise<string> {
  if (!grantsRoles(settings)) return '';
  const grant = (id: string, role: string, about: readonly string[]): Promise<string> =>
    supervisor.once(`grant-${id}`, command('grant', id, role, ...about));
  await Promise.all([
    ...seedUsers.map(({ id, role, email, name }) => grant(id, role, ['--email', email, '--name', name])),
    // `latchkey sync` calls the server as this application.
    grant(MACHINE_APP.id, 'admin', ['--name', MACHINE_APP.name]),
  ]);
  writeFileSync(doneFile(settings), '');
  return ` ${seedUsers.length} people have their role.`;
}
