import { expect, test } from 'vitest';
import { askForRole } from '../../testing/requests.ts';
import { countCalls } from '../../testing/count-calls.ts';
import { listen as listenAt } from '../../testing/listen.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
/** The replica's PDP calls. */
const pdp = await countCalls(server.permit.pdpUrl);
const replica = await startTestServer({
  databaseUrl: server.databaseUrl,
  upstreams: { permit: server.permit, issuer: server.issuer },
  addresses: { pdp: pdp.url },
});
for (const key of ['ann', 'bob']) await server.join({ key });
for (const role of ['editor', 'admin']) await server.join({ key: role, role });

const listen = (subject: string) => listenAt(replica, 'requests.changes', { subject });

test('notifies the requester and the approver on another replica of each change, and no other users', async () => {
  const [ann, bob, admin] = await Promise.all(['ann', 'bob', 'admin'].map(listen));
  const asAnn = await server.as('ann');
  const id = await askForRole(asAnn);
  await waitFor(() => expect(ann?.times()).toBeGreaterThan(0));
  await waitFor(() => expect(admin?.times()).toBeGreaterThan(0));
  const before = ann?.times() ?? 0;
  await (await server.as('admin')).requests.approve.mutate({ id });
  // For the decision and for the assigned role.
  await waitFor(async () => {
    expect((await asAnn.requests.mine.query({})).items).toMatchObject([{ grant: { status: 'active' } }]);
    expect(ann?.times()).toBeGreaterThan(before);
  });
  expect(bob?.times()).toBe(0);
  for (const stream of [ann, bob, admin]) stream?.end();
});

test('notifies the requester of a refusal, and the approver of a withdrawal', async () => {
  const [asBob, asAdmin] = [await server.as('bob'), await server.as('admin')];
  const ask = () => askForRole(asBob, 'admin');
  const [bob, admin] = await Promise.all(['bob', 'admin'].map(listen));
  const refused = await ask();
  await waitFor(() => expect([bob?.times(), admin?.times()]).toEqual([1, 1]));
  await asAdmin.requests.refuse.mutate({ id: refused });
  await waitFor(() => expect([bob?.times(), admin?.times()]).toEqual([2, 2]));
  const withdrawn = await ask();
  await waitFor(() => expect([bob?.times(), admin?.times()]).toEqual([3, 3]));
  await asBob.requests.withdraw.mutate({ id: withdrawn });
  await waitFor(() => expect([bob?.times(), admin?.times()]).toEqual([4, 4]));
  for (const stream of [bob, admin]) stream?.end();
});

test('queries the PDP once for the recipients of a change, regardless of the number of listeners', async () => {
  const listeners = await Promise.all(['ann', 'bob', 'editor', 'editor', 'admin', 'admin'].map(listen));
  const before = pdp.calls.length;
  const asBob = await server.as('bob');
  await askForRole(asBob);
  await waitFor(() => expect(listeners.map((one) => one.times())).toEqual([0, 1, 0, 0, 1, 1]));
  // Users with requests:view and users with requests:decide. Other calls check the open streams.
  const listed = pdp.calls.slice(before).filter((path) => path === '/authorized_users');
  expect(listed).toHaveLength(2);
  for (const stream of listeners) stream.end();
});
