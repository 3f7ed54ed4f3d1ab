import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { codeOf, refusal } from '../../../testing/call-procedure.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestLogto } from '../../../testing/test-logto.ts';
import { startTestServer } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const logto = await startTestLogto();
// Logto sends no events about roles. Here it sends no events at all, and no run over the whole directory takes place.
await logto.loseDeliveries();
const server = await startTestServer({ logto: logto.management, checkSeconds: { roles: 1 } });

/** Waits for the jobs of the first calls, so that any later change is found by a check. */
async function settled(): Promise<void> {
  await waitFor(async () => expect(await subjectJobs()).toEqual([]));
}
async function subjectJobs(): Promise<unknown[]> {
  const { rows } = await server.db.execute(
    sql`select data from pgboss.job where name = 'directory-subjects' and state < 'completed'`,
  );
  return rows;
}

const rolePath = (organization: string, user: string): string =>
  `/organizations/${organization}/users/${user}/roles`;

test('an organization role assigned or removed in Logto takes effect soon, in an organization with active users', async () => {
  const [organization, idle] = [await logto.newOrganization('Acme'), await logto.newOrganization('Idle')];
  const [ann, bob] = [await logto.newUser(), await logto.newUser()];
  for (const id of [organization, idle])
    await logto.manage('POST', `/organizations/${id}/users`, { userIds: [ann, bob] });
  await logto.manage('POST', rolePath(organization, ann), { organizationRoleIds: ['admin'] });
  const [asAnn, asBob] = [
    await server.asNewcomer(ann, organization),
    await server.asNewcomer(bob, organization),
  ];
  await waitFor(() => asAnn.members.list.query({}));
  expect(await refusal(asBob.members.list.query({}))).toMatchObject({ status: 403 });

  await settled();
  await logto.manage('DELETE', `${rolePath(organization, ann)}/admin`);
  await logto.manage('POST', rolePath(organization, bob), { organizationRoleIds: ['admin'] });
  await logto.manage('POST', rolePath(idle, bob), { organizationRoleIds: ['admin'] });
  await waitFor(() => asBob.members.list.query({}));
  await waitFor(async () => expect(await codeOf(asAnn.members.list.query({}))).toBe('FORBIDDEN'));
});

test('the clearance follows its role in Logto, and nothing is written while sync is paused', async () => {
  const sdk = permitSdk(server.permit);
  const clearanceOf = async (id: string): Promise<unknown> =>
    Object(await sdk.api.users.get(id)).attributes['clearance'];
  const ann = await logto.newUser({ customData: { clearance: 'confidential' } });
  await (await server.asNewcomer(ann)).session.me.query();
  await settled();
  expect(await clearanceOf(ann)).toBeUndefined();
  await logto.manage('POST', `/users/${ann}/roles`, { roleIds: ['cleared', 'staff'] });
  await waitFor(async () => expect(await clearanceOf(ann)).toBe('confidential'));
  await server.sync.control.setPaused(true);
  await logto.manage('DELETE', `/users/${ann}/roles/cleared`);
  await waitFor(async () => expect(await subjectJobs()).not.toEqual([]));
  expect(await clearanceOf(ann)).toBe('confidential');
  await server.sync.control.setPaused(false);
  await waitFor(async () => expect(await clearanceOf(ann)).toBeUndefined());
});

test('a check during a Logto outage has no effect, and a later one finds the change', async () => {
  const [organization, ann] = [await logto.newOrganization('Beta'), await logto.newUser()];
  await logto.join(organization, ann);
  const client = await server.asNewcomer(ann, organization);
  await client.session.me.query();
  await settled();
  logto.emulator.addFault({
    method: 'GET',
    path: `/api/organizations/${organization}/users`,
    status: 503,
    count: 2,
  });
  await logto.manage('POST', rolePath(organization, ann), { organizationRoleIds: ['admin'] });
  const { members } = await waitFor(() => client.members.list.query({}));
  expect(members.map(({ subject }) => subject)).toContain(ann);
});
