import { expect, test, vi } from 'vitest';
import { countCalls } from '../../testing/count-calls.ts';
import { listen as listenAt } from '../../testing/listen.ts';
import { askForRole } from '../../testing/requests.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';
import { createRequestListeners, type RequestListenersDeps } from './request-listeners.ts';
import type { RequestChange } from './target.ts';

const server = await startTestServer();
const pdp = await countCalls(server.permit.pdpUrl);
const replica = await startTestServer({
  databaseUrl: server.databaseUrl,
  upstreams: server,
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
  // The requester is notified of the decision and of the assigned role.
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
  // One call for `requests:view`, and one for `requests:decide`.
  const listed = pdp.calls.slice(before).filter((path) => path === '/authorized_users');
  expect(listed).toHaveLength(2);
  for (const stream of listeners) stream.end();
});

function deciderOf(may: readonly string[] | undefined): RequestListenersDeps['decider'] {
  return {
    async authorizedUsers({ tenant, permission, instance }) {
      if (may === undefined) throw new RangeError('an outage');
      const asked = instance === undefined ? permission : `${permission} ${instance}`;
      return tenant === 'acme' && may.includes(asked) ? ['ann'] : [];
    },
  };
}

const of = (more: Partial<RequestChange> = {}): RequestChange => ({
  tenant: 'acme',
  subject: 'bob',
  resource: null,
  instance: null,
  ...more,
});
const aboutCollection = { resource: 'collections', instance: 'c1' };

test.each<[string, readonly string[] | undefined, RequestChange, boolean]>([
  ['an own one', [], of({ subject: 'ann' }), true],
  ['an own one of another tenant', [], of({ subject: 'ann', tenant: 'beta' }), false],
  ['one that they may view', ['requests:view'], of(), true],
  ['one of another tenant', ['requests:view', 'requests:decide'], of({ tenant: 'beta' }), false],
  ['one that they may decide', ['requests:decide'], of(), true],
  ['one about their report', ['reports:share r1'], of({ resource: 'reports', instance: 'r1' }), true],
  ['one about another report', ['reports:share r1'], of({ resource: 'reports', instance: 'r2' }), false],
  ['one about their collection', ['collections:share c1'], of(aboutCollection), true],
  ['one about a collection', ['reports:share c1'], of(aboutCollection), false],
  ['another one', [], of(), false],
  // Clients then fetch the requests again, and get only those that they may see.
  ['any, in an outage', undefined, of(), true],
])('notifies a listener of %s: %j, %j: %s', async (_, may, change, isNotified) => {
  const onChange = vi.fn<() => void>();
  const { onMessage, onGap, listen } = createRequestListeners({ rules: {}, decider: deciderOf(may) });
  listen({ subject: 'ann', tenant: 'acme' }, onChange);
  onMessage(change);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(onChange).toHaveBeenCalledTimes(isNotified ? 1 : 0);
  onGap();
  expect(onChange).toHaveBeenCalledTimes(isNotified ? 2 : 1);
});

test('does not notify a listener that stops during the PDP query', async () => {
  const onChange = vi.fn<() => void>();
  const { onMessage, onGap, listen } = createRequestListeners({
    rules: {},
    decider: deciderOf(['requests:view']),
  });
  const stop = listen({ subject: 'ann', tenant: 'acme' }, onChange);
  onMessage(of());
  stop();
  await new Promise((resolve) => void setImmediate(resolve));
  onGap();
  expect(onChange).not.toHaveBeenCalled();
});
