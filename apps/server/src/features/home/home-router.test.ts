import { expect, test } from 'vitest';
import { createEventStore } from '../audit/event-store.ts';
import { eventAt } from '../../testing/event-at.ts';
import { refusal } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';

const server = await startTestServer();
const { client: ada } = await server.join({ role: 'admin' });
const { key, client: ann } = await server.join();
const { client: bob } = await server.join();

test("lists the caller's denials that still hold, each once, for existing instances, without titles", async () => {
  const create = () => ada.reports.create.mutate({ title: 'Secret', kind: 'access-review' });
  const [existing, gone] = [await create(), await create()];
  const denied = async () => {
    await server.audit.flush();
    return (await ann.home.denials.query()).map(({ permission, instance }) => ({ permission, instance }));
  };
  for (const { id } of [existing, gone, existing]) await refusal(ann.reports.publish.mutate({ id }));
  await refusal(ann.reports.create.mutate({ title: 'Mine', kind: 'access-review' }));
  await refusal(bob.audit.list.query({}));
  await ada.reports.remove.mutate({ id: gone.id });
  expect(await denied()).toEqual([
    { permission: 'reports:create', instance: null },
    { permission: 'reports:publish', instance: existing.id },
  ]);
  const [, publish] = await ann.home.denials.query();
  expect(publish).toMatchObject({ grantedBy: ['admin'], grantedByInstanceRoles: ['owner'] });
  expect(JSON.stringify(publish)).not.toContain('Secret');
  await ada.members.assign.mutate({ subject: key, role: 'editor' });
  await expect.poll(denied).toEqual([{ permission: 'reports:publish', instance: existing.id }]);
});

test('a denial that is repeated displaces no other', async () => {
  const { key: actor, client } = await server.join();
  const denied = (action: string, at: number) =>
    eventAt(new Date(at).toISOString(), { actor, action, outcome: 'deny' });
  const now = Date.now();
  const repeated = Array.from({ length: 60 }, () => denied('audit:view', now));
  await createEventStore(server.db).insert([denied('reports:create', now - 1_000), ...repeated]);
  expect((await client.home.denials.query()).map(({ permission }) => permission)).toEqual([
    'audit:view',
    'reports:create',
  ]);
});
