import { afterEach, expect, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { refusal } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';

const server = await startTestServer({ audit: { explanationsPerMinute: 100 } });
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const { client: admin } = await server.join({ role: 'admin' });
afterEach(() => server.permit.faults.clear());

/** Returns `audit.get` for a user's newest decision. */
async function newestPage(actor: string) {
  await server.explanations.idle();
  await server.audit.flush();
  const [event] = (await admin.audit.list.query({ actor, kind: 'decision', limit: 1 })).events;
  return admin.audit.get.query({ id: event?.id ?? '' });
}
const rolesIn = (chains: readonly (readonly object[])[]): unknown[] =>
  chains.flat().flatMap((node) => ('role' in node ? [node.role] : []));

test('later changes do not alter the stored reasons of a denial or an allowed change', async () => {
  const { client: wendy } = await server.join({ key: 'wendy' });
  const create = () => wendy.reports.create.mutate({ title: 'Mine', kind: 'access-review' });
  await refusal(create());
  const denied = await newestPage('wendy');
  expect(denied.why).toMatchObject({
    asOf: expect.any(String),
    explanation: { subject: 'wendy', outcome: 'deny', paths: [] },
  });
  expect(rolesIn(denied.why?.explanation.held ?? [])).toEqual(['viewer']);
  expect(denied.why?.explanation.remedies).not.toEqual([]);
  await admin.members.assign.mutate({ subject: 'wendy', role: 'editor' });
  await create();
  const allowed = await newestPage('wendy');
  expect(allowed).toMatchObject({ event: { outcome: 'allow' }, why: { explanation: { outcome: 'allow' } } });
  expect(rolesIn(allowed.why?.explanation.paths ?? [])).toEqual(['editor']);
  expect((await admin.audit.get.query({ id: denied.event.id })).why).toEqual(denied.why);
  // Neither an allowed read, nor a denial during a Permit outage, gets an explanation.
  await wendy.reports.list.query({});
  expect((await newestPage('wendy')).why).toBeNull();
  server.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
  await refusal(wendy.audit.list.query({}));
  expect(await newestPage('wendy')).toMatchObject({ event: { action: 'audit:view' }, why: null });
});

test('does not show the reasons of the same decision in another tenant', async () => {
  const { client: here } = await server.join({ key: 'twoey' });
  await server.directory.assignRole({ user: 'twoey', role: 'editor', tenant: 'acme' });
  const there = await server.as('twoey', 'acme');
  server.permit.faults.add({ method: 'GET', path: '/v2/facts/*', status: 503 });
  await refusal(here.audit.list.query({}));
  expect(await newestPage('twoey')).toMatchObject({ event: { action: 'audit:view' }, why: null });
  server.permit.faults.clear();
  await refusal(there.audit.list.query({}));
  await server.explanations.idle();
  expect(await newestPage('twoey')).toMatchObject({ event: { action: 'audit:view' }, why: null });
});

test('a decision repeated within a minute has the reasons of the first', async () => {
  const { client: xena } = await server.join({ key: 'xena' });
  await refusal(xena.audit.list.query({}));
  const first = await newestPage('xena');
  await refusal(xena.audit.list.query({}));
  const again = await newestPage('xena');
  expect(again.event.id).not.toBe(first.event.id);
  expect(again.why).toEqual(first.why);
});
