import { expect, test, vi } from 'vitest';
import { startNeighbours, startTestServer } from '../../testing/test-server.ts';

test('the end of a grant is one event, however many replicas look for it: by nobody, about who had the role', async () => {
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
    vi.waitFor(async () => {
      const [request] = (await admin.requests.list.query({})).items;
      expect(request?.grant?.status).toBe(status);
    }, 10_000);
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
