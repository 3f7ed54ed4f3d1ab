import { cautiousLimits } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { countCalls } from '../../../testing/count-calls.ts';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestLogto } from '../../../testing/test-logto.ts';
import { startTestServer, startUpstreams } from '../../../testing/test-server.ts';
import { waitFor } from '../../../testing/wait-for.ts';

const upstreams = await startUpstreams();
const proxy = await countCalls(upstreams.permit.url);
const logto = await startTestLogto();
// With these limits, single calls would take more than a minute.
const server = await startTestServer({
  upstreams,
  addresses: { permitApi: proxy.url },
  logto: logto.management,
  limits: { ...cautiousLimits, write: 60 },
});
await logto.hookTo(server.url);
const { api } = permitSdk(server.permit);

test('a backlog of sign-ups is created in bulk, each with the default role, which an existing user does not get again', async () => {
  await server.sync.control.setPaused(true);
  const ids = await Promise.all(Array.from({ length: 80 }, () => logto.newUser()));
  const [existing = ''] = ids;
  // Created at their first call, before an administrator removed the default role.
  await api.users.create({ key: existing, role_assignments: [{ role: 'viewer', tenant: 'default' }] });
  await api.roleAssignments.unassign({ user: existing, role: 'viewer', tenant: 'default' });
  await logto.emulator.settled();
  await waitFor(async () =>
    expect((await server.sync.control.deliveries.counts()).pending).toBeGreaterThanOrEqual(80),
  );
  await server.sync.control.setPaused(false);
  await waitFor(async () => expect((await server.sync.control.deliveries.counts()).pending).toBe(0));
  const roles = await Promise.all(
    ids.map(async (key) => (await api.roleAssignments.list({ user: key })).map(({ role }) => role)),
  );
  expect(roles).toEqual(ids.map((id) => (id === existing ? [] : ['viewer'])));
  const bulk = proxy.calls.filter((path) => path.endsWith('/bulk/users'));
  expect(bulk.length).toBeGreaterThan(0);
  expect(bulk.length).toBeLessThanOrEqual(2);
});
