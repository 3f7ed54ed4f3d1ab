import { eq, sql } from 'drizzle-orm';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../database/open-database.ts';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { deliverySubjects, webhookDeliveries } from '../tables.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { waitFor } from '../../../testing/wait-for.ts';

test('two workers that settle the two subjects of a delivery concurrently apply it', async () => {
  const url = await freshDatabase();
  const database = await openDatabase(url, () => {});
  const { db } = database;
  const [id, subjects] = ['shared', ['user:ann', 'user:bob']];
  await db.insert(webhookDeliveries).values({ id, event: 'x', body: '{}', subjects });
  await db.insert(deliverySubjects).values(subjects.map((subject) => ({ deliveryId: id, subject })));
  // The other worker has settled Bob, but has not committed yet.
  const other = new Client({ connectionString: url });
  await other.connect();
  await other.query('begin');
  await other.query('select id from webhook_deliveries where id = $1 for update', [id]);
  await other.query("update delivery_subjects set settled_at = now() where subject = 'user:bob'");
  const store = createDeliveryStore(db);
  let hasSettled = false;
  const settling = store.settle([{ subject: 'user:ann', deliveries: [id], changes: [] }]).then(() => {
    hasSettled = true;
  });
  await waitFor(async () => {
    const { rows } = await db.execute(sql`select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`);
    expect(rows.length > 0 || hasSettled).toBe(true);
  });
  await other.query('commit');
  await other.end();
  await settling;
  const found = await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
  expect(found).toMatchObject([{ status: 'applied' }]);
  await database.close();
});
