import { LogtoEvent } from '@latchkey/directory-sync';
import { heldByPermit, expectedFromLogto, type Directory } from '@latchkey/directory-sync/testing';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { webhookDeliveries } from '../tables.ts';
import { deliver, sign } from '../../../testing/deliver.ts';
import { directoryDeps, startTestLogto } from '../../../testing/test-logto.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { recordedDeliveries, replayRequest } from '../../../testing/recorded-deliveries.ts';
import { startTestServer } from '../../../testing/test-server.ts';
import { untilIdle, waitFor } from '../../../testing/wait-for.ts';

const [lenient, strict] = await Promise.all([
  startTestServer(),
  startTestServer({ freshness: { past: 600_000, future: 120_000 } }),
]);
const sdk = permitSdk(lenient.permit);

test('receiving the recorded deliveries in order makes Permit match the final state of Logto', async () => {
  for (const { body, signature } of recordedDeliveries) {
    expect(await deliver(lenient.url, body, signature)).toEqual([200, undefined]);
  }
  await waitFor(async () => {
    const statuses = (await lenient.db.select().from(webhookDeliveries)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['applied', 'ignored']));
  });
  const roles = async (key: string): Promise<string[]> =>
    ((await sdk.api.users.get(key)).roles ?? []).map(({ role, tenant }) => `${role}@${tenant}`).toSorted();
  expect(await roles('bogytk2x3r3y')).toEqual(['viewer@default']);
  expect(await roles('0jqrg6guckze')).toEqual(['viewer@default', 'viewer@ffq3pplgmzbx']);
  expect(await sdk.api.tenants.get('ffq3pplgmzbx')).toMatchObject({ name: 'Acme renamed mwurbixj' });
  // This user was created, renamed, suspended and deleted.
  await expect(sdk.api.users.get('dy6ffbz3ca5d')).rejects.toMatchObject({ response: { status: 404 } });
  expect(lenient.sync.revocations.isRevoked('dy6ffbz3ca5d')).toBe(true);
  // This organization was deleted before any delivery named it.
  await expect(sdk.api.tenants.get('zsh4n28r3mhs')).rejects.toMatchObject({ response: { status: 404 } });
  expect(await sdk.api.users.get('m19kg3ctsr7v')).toMatchObject({ first_name: 'Nadia Named' });
});

const users = ['bogytk2x3r3y', '0jqrg6guckze', 'dy6ffbz3ca5d', 'q5ta7vorelyd', 'm19kg3ctsr7v'];
const organizations = ['ffq3pplgmzbx', 'zsh4n28r3mhs'];
/** Seeds Logto with the subjects of the recorded deliveries, and with a role that was renamed to a mapped one. */
const recordedSeed = {
  users: users.map((id) => ({ id })),
  organizations: organizations.map((id) => ({
    id,
    name: 'Not yet delivered',
    members: [{ userId: '0jqrg6guckze', roles: ['admin'] }],
  })),
  roles: [{ id: 'ridrca00aecciauw3xnkn', name: 'Not yet delivered' }],
  organizationRoles: [{ id: 'roltl1yd9881ew5bqqtif', name: 'admin' }],
};
/** The events about a role. They do not list the holders of the role, so they concern all users. */
const aboutAllUsers = new Set([
  'Role.Data.Updated',
  'OrganizationRole.Data.Updated',
  'OrganizationRole.Deleted',
]);
const aboutNoUser = new Set([
  'Scope.Created',
  'Role.Created',
  'Role.Scopes.Updated',
  'OrganizationScope.Created',
  'OrganizationScope.Data.Updated',
  'OrganizationRole.Created',
  'OrganizationRole.Scopes.Updated',
]);

test('Permit then has the Logto state of every subject of a recorded delivery, and of no other subject', async () => {
  const logto = await startTestLogto(recordedSeed);
  onTestFinished(() => logto.close());
  const server = await startTestServer({ logto: logto.management });
  onTestFinished(() => server.close());
  const deps = directoryDeps(server, logto);
  const heardOf = new Set<string>();
  const inTurn = recordedDeliveries.toSorted(
    (one, other) => Number(aboutAllUsers.has(one.event)) - Number(aboutAllUsers.has(other.event)),
  );
  for (const { event, body, signature } of inTurn) {
    await replayRequest(LogtoEvent.parse(JSON.parse(body)), logto);
    expect(await deliver(server.url, body, signature)).toEqual([200, undefined]);
    await untilIdle(server.db);
    const [row] = await server.db.select().from(webhookDeliveries).where(eq(webhookDeliveries.body, body));
    expect([event, row?.status]).toEqual([event, aboutNoUser.has(event) ? 'ignored' : 'applied']);
    for (const id of [...users, ...organizations]) {
      if (aboutAllUsers.has(event) || body.includes(id)) heardOf.add(id);
    }
    expect(await heldByPermit(deps)).toEqual(only(await expectedFromLogto(deps), heardOf));
  }
  expect(server.sync.revocations.isRevoked('dy6ffbz3ca5d')).toBe(true);
});

/** Reduces a directory to what deliveries have named: users, organizations, and the organizations of these users. */
function only({ users: all, tenants }: Directory, heardOf: ReadonlySet<string>): Directory {
  const heard = new Map([...all].filter(([key]) => heardOf.has(key)));
  const needed = new Set([...heard.values()].flatMap(({ roles }) => roles.map((role) => role.split('@')[1])));
  return {
    users: heard,
    tenants: new Map([...tenants].filter(([key]) => heardOf.has(key) || needed.has(key))),
  };
}

const minutesFromNow = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

test('a genuine recorded delivery that arrives too late is refused', async () => {
  for (const { body } of recordedDeliveries) {
    const old = JSON.stringify({ ...Object(JSON.parse(body)), createdAt: minutesFromNow(-11) });
    expect(await deliver(strict.url, old, sign(old))).toEqual([400, 'WEBHOOK_STALE']);
  }
});
