import { expect, test } from 'vitest';
import { startNeighbours, startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

test('the end of a grant is one event without an actor about the holder, however many replicas poll for it', async () => {
  await using neighbours = await startNeighbours();
  let clock = Date.now();
  const now = () => new Date(clock);
  await using server = await startTestServer({ neighbours, now });
  await using replica = await startTestServer({ neighbours, now, databaseUrl: server.databaseUrl });
  await server.directory.provisionUser({ key: 'ada' }, { role: 'admin', tenant: 'default' });
  await server.directory.provisionUser({ key: 'ann' }, { role: 'viewer', tenant: 'default' });
  const [admin, ann] = [await server.as('ada'), await server.as('ann')];
  const target = { kind: 'role', role: 'editor' } as const;
  const { id } = await ann.requests.create.mutate({ target, reason: 'For the audit', duration: 3_600 });
  await admin.requests.approve.mutate({ id });
  const grantIs = (status: string) =>
    waitFor(async () => {
      const [request] = (await admin.requests.list.query({})).items;
      expect(request?.grant?.status).toBe(status);
    });
  await grantIs('active');
  const endsAt = now().getTime() + 3_600_000;
  clock = endsAt + 1_000;
  await grantIs('ended');
  await Promise.all([server.audit.flush(), replica.audit.flush()]);
  const { events } = await admin.audit.list.query({ kind: 'change', actions: ['grant.end'] });
  expect(events).toMatchObject([
    {
      outcome: 'done',
      channel: 'request',
      actor: null,
      actorKind: 'system',
      subject: 'ann',
      detail: { before: { role: 'editor', endsAt: new Date(endsAt).toISOString() } },
    },
  ]);
});

test('a removal of a role, or an undo, is one event with its actor', async () => {
  await using server = await startTestServer();
  await server.directory.provisionUser({ key: 'ada' }, { role: 'admin', tenant: 'default' });
  const admin = await server.as('ada');
  const granted = async (subject: string) => {
    await server.directory.provisionUser({ key: subject }, { role: 'viewer', tenant: 'default' });
    const { id } = await (
      await server.as(subject)
    ).requests.create.mutate({
      target: { kind: 'role', role: 'editor' },
      reason: 'For the audit',
      duration: 3_600,
    });
    const { decidedAt } = await admin.requests.approve.mutate({ id });
    const is = (status: string) =>
      waitFor(async () => {
        const { items } = await admin.requests.list.query({});
        expect(items.find((one) => one.id === id)?.grant?.status).toBe(status);
      });
    await is('active');
    return { id, decidedAt, is };
  };
  const taken = await granted('ann');
  await admin.members.unassign.mutate({ subject: 'ann', role: 'editor' });
  await taken.is('ended');
  const undone = await granted('ben');
  await admin.requests.undo.mutate({ id: undone.id, decidedAt: undone.decidedAt ?? '' });

  const refused = await granted('eve');
  server.permit.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 503 });
  await expect(admin.members.unassign.mutate({ subject: 'eve', role: 'editor' })).rejects.toThrow();
  server.permit.faults.clear();
  await refused.is('ended');
  await server.audit.flush();
  const { events } = await admin.audit.list.query({
    actions: ['grant.end', 'role.unassign', 'request.undo'],
  });
  expect(events.toReversed()).toMatchObject([
    { action: 'role.unassign', outcome: 'done', subject: 'ann' },
    { action: 'request.undo', outcome: 'done', subject: 'ben' },
    { action: 'role.unassign', outcome: 'failed', subject: 'eve' },
    // The worker's later work.
    { action: 'grant.end', outcome: 'done', subject: 'eve', actor: null },
  ]);
});
