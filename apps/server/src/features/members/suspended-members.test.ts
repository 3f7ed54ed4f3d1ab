import { expect, test } from 'vitest';
import { permitSdk, rolesIn } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', role: 'admin' });

const newcomer = async (role = 'viewer'): Promise<string> =>
  (await server.join({ role, email: `${crypto.randomUUID()}@example.com` })).key;
const suspend = (key: string) => server.sync.revocations.record(key, 'suspended');
/** Stores roles like sync, to restore them when the suspension ends. */
const store = async (key: string, ...roles: string[]) => {
  const { attributes } = await sdk.api.users.get(key);
  await sdk.api.users.update(key, { attributes: { ...attributes, logto_suspended_roles: roles } });
};
/** Lets the next removal of a role wait in Permit until the faults are cleared. */
const holdRemoval = () =>
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', delay: 600_000, count: 1 });
const removalWaits = () => waitFor(() => expect(server.permit.faults.list()).toEqual([]));

test("a suspended user's roles are preserved and cannot be changed", async () => {
  const key = await newcomer();
  await suspend(key);
  await store(key, 'editor@default', 'admin@acme');
  await server.directory.unassignRole({ user: key, role: 'viewer', tenant: 'default' });
  expect(await admin.members.get.query({ subject: key })).toMatchObject({
    status: 'suspended',
    roles: [{ role: 'editor' }],
  });
  for (const change of ['assign', 'unassign'] as const) {
    expect(await codeOf(admin.members[change].mutate({ subject: key, role: 'editor' }))).toBe(
      'MEMBER_SUSPENDED',
    );
  }
});

test.each([
  ['during', 'before'],
  ['during', 'after'],
  ['before', 'after'],
])('no role is restored if a suspension begins %s its removal and stores it %s', async (begins, stores) => {
  const key = await newcomer('editor');
  const remove = async () =>
    (await admin.members.remove.mutate({ subjects: [key], actions: ['roles'] }))[0]?.code;
  if (begins === 'before') await suspend(key);
  holdRemoval();
  const code = remove();
  await removalWaits();
  if (begins === 'during') await suspend(key);
  if (stores === 'before') await store(key, 'editor@default', 'viewer@acme');
  server.permit.faults.clear();
  expect(await code).toBe('DIRECTORY_UNAVAILABLE');
  if (stores === 'after') await store(key, 'editor@default', 'viewer@acme');
  expect(await remove()).toBeNull();
  expect((await sdk.api.users.get(key)).attributes).toMatchObject({ logto_suspended_roles: ['viewer@acme'] });
  expect(await rolesIn(server, key)).toEqual([]);
});

test('removing one role fails if the account is suspended meanwhile, because a reactivation could restore it', async () => {
  const subject = await newcomer('editor');
  holdRemoval();
  const removed = refusal(admin.members.unassign.mutate({ subject, role: 'editor' }));
  await removalWaits();
  await suspend(subject);
  server.permit.faults.clear();
  expect(await removed).toMatchObject({ status: 503, code: 'DIRECTORY_UNAVAILABLE' });
});

test('a removal succeeds if sync records meanwhile for the first time that the account is active', async () => {
  const key = 'nina';
  await server.directory.provisionUser(
    { key, email: 'nina@example.com' },
    { role: 'editor', tenant: 'default' },
  );
  holdRemoval();
  const removed = admin.members.remove.mutate({ subjects: [key], actions: ['roles'] });
  await removalWaits();
  await server.sync.revocations.rememberActive([key]);
  server.permit.faults.clear();
  expect(await removed).toMatchObject([{ done: ['roles'], code: null }]);
});
