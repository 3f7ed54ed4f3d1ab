import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { latestUse, type PermissionUse } from '../../directory/permission-uses.ts';
import { eventAt } from '../../testing/event-at.ts';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { refusal } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';
import type { AuditEvent } from './audit-event.ts';
import { createAuditUses } from './audit-uses.ts';
import { createEventStore } from './event-store.ts';
import { dropPartitionsBefore } from './partitions.ts';

const { db, patient } = await openTestDatabase();
const store = createEventStore(db);
const uses = createAuditUses(db);
const longAgo = new Date('2025-01-01T00:00:00Z');

const at = (time: string, event: Partial<AuditEvent> = {}): AuditEvent =>
  eventAt(`2026-03-01T${time}:00.000Z`, { tenant: 'acme', ...event });

const use = (permission: string, instance: string | null, hour: number): PermissionUse => ({
  subject: 'vera',
  permission,
  instance,
  lastAt: new Date(hour * 3_600_000),
});

async function usesIn(tenant: string, since = longAgo): Promise<string[]> {
  const found: PermissionUse[] = [];
  for await (const page of uses.readUses(tenant, since)) found.push(...page);
  return found.map(({ subject, permission, instance, lastAt }) =>
    [subject, permission, instance, lastAt.toISOString()].join(' '),
  );
}

test('a gate records the use of a permission; a refusal, a button and a view as the user do not', async () => {
  const server = await startTestServer();
  const ofServer = createAuditUses(server.db);
  const permissionsOf = async (key: string): Promise<string[]> => {
    await server.audit.flush();
    const found = await ofServer.usesOf('default', { since: longAgo, subjects: [key] });
    return (found.get(key) ?? []).map(({ permission }) => permission);
  };
  const [admin, viewer, unseen] = await Promise.all([
    server.join({ role: 'admin' }),
    server.join(),
    server.join({ email: 'una@example.test' }),
  ]);
  await viewer.client.reports.list.query({});
  await refusal(viewer.client.collections.create.mutate({ title: 'Mine' }));
  await viewer.client.session.gates.mutate([{ permission: 'policy:view' }]);
  const { id } = await admin.client.viewAs.start.mutate({ kind: 'person', subject: unseen.key });
  const asUnseen = await server.as(admin.key, undefined, id);
  await asUnseen.reports.list.query({});
  expect(await permissionsOf(viewer.key)).toEqual(['reports:view']);
  expect(await permissionsOf(unseen.key)).toEqual([]);
  expect(await permissionsOf(admin.key)).toEqual(['members:view-as']);
});

test('holds the last use of each permission and instance, to the hour', async () => {
  const first = [at('10:00'), at('10:01', { instance: 'r1' }), at('10:02', { outcome: 'deny' })];
  await store.insert(first);
  await store.insert(first);
  await store.insert([at('10:50')]);
  expect(await usesIn('acme')).toEqual([
    'vera reports:view  2026-03-01T10:00:00.000Z',
    'vera reports:view r1 2026-03-01T10:01:00.000Z',
  ]);
  await store.insert([at('12:00'), at('11:30'), at('09:00', { action: 'policy:view' })]);
  await store.insert([at('08:00')]);
  expect(await usesIn('acme')).toEqual([
    'vera policy:view  2026-03-01T09:00:00.000Z',
    'vera reports:view  2026-03-01T12:00:00.000Z',
    'vera reports:view r1 2026-03-01T10:01:00.000Z',
  ]);
  expect(await usesIn('acme', new Date('2026-03-01T12:59:00Z'))).toEqual([
    'vera reports:view  2026-03-01T12:00:00.000Z',
  ]);
  expect(await usesIn('acme', new Date('2026-03-01T13:01:00Z'))).toEqual([]);
});

test('an actor and a service use the permissions of the subject', async () => {
  const event = { tenant: 'agents', actor: 'agent', subject: 'vera' };
  await store.insert([
    eventAt('2026-03-01T10:00:00.000Z', { ...event, detail: { actsFor: { subject: 'vera' } } }),
    eventAt('2026-03-01T11:00:00.000Z', { ...event, actorKind: 'machine', action: 'requests:create' }),
    eventAt('2026-03-01T12:00:00.000Z', {
      ...event,
      detail: { viewAs: { subject: 'vera' } },
      action: 'policy:view',
    }),
  ]);
  expect(await usesIn('agents')).toEqual([
    'vera reports:view  2026-03-01T10:00:00.000Z',
    'vera requests:create  2026-03-01T11:00:00.000Z',
  ]);
});

test('reads many uses in pages, each once', async () => {
  const many = Array.from({ length: 12_000 }, (_, index) =>
    eventAt('2026-03-02T10:00:00.000Z', {
      tenant: 'large',
      actor: `user-${index % 3}`,
      instance: `i${index}`,
    }),
  );
  await store.insert(many);
  const found = await usesIn('large');
  expect(new Set(found).size).toBe(12_000);
  expect(found).toHaveLength(12_000);
});

test('the migration reads the uses from the events of before', async () => {
  await store.insert([eventAt('2026-03-01T10:00:00.000Z', { tenant: 'before', instance: 'r1' })]);
  const stored = await db.execute(
    sql`select * from permission_uses where tenant in ('before', 'agents') order by 1, 2, 3, 4`,
  );
  await db.execute(sql`delete from permission_uses`);
  const file = new URL('../../platform/database/migrations/0038_permission_uses.sql', import.meta.url);
  const [, insert = ''] = readFileSync(file, 'utf8').split('--> statement-breakpoint');
  await db.execute(sql.raw(insert));
  const read = await db.execute(
    sql`select * from permission_uses where tenant in ('before', 'agents') order by 1, 2, 3, 4`,
  );
  expect(read.rows).toEqual(stored.rows);
});

test('uses are retained as long as events', async () => {
  const event = { tenant: 'old' };
  await store.insert([
    eventAt('2026-01-01T10:00:00.000Z', event),
    eventAt('2026-03-01T10:00:00.000Z', { ...event, action: 'policy:view' }),
  ]);
  await dropPartitionsBefore(patient, '2026-02-01');
  expect(await usesIn('old')).toEqual(['vera policy:view  2026-03-01T10:00:00.000Z']);
});

test('latestUse: of any of the permissions, anywhere or on the instance', () => {
  const all = [use('reports:view', 'r1', 5), use('reports:view', 'r2', 7), use('reports:edit', null, 3)];
  expect(latestUse(['reports:view', 'reports:edit'], all)).toEqual(new Date(7 * 3_600_000));
  expect(latestUse(['reports:view'], all, 'r1')).toEqual(new Date(5 * 3_600_000));
  expect(latestUse(['reports:delete'], all)).toBeUndefined();
});
