import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../database/open-database.ts';
import { freshDatabase } from '../../../testing/fresh-database.ts';
import { deliverySubjects, webhookDeliveries } from '../tables.ts';
import { createDeliveryStore } from './delivery-store.ts';

test('two workers that settle the two subjects of one delivery at the same time apply it', async () => {
  const database = await openDatabase(await freshDatabase(), () => {});
  const { db } = database;
  const subjects = ['user:ann', 'user:bob'];
  await db.insert(webhookDeliveries).values({ id: 'shared', event: 'x', body: '{}', subjects });
  await db.insert(deliverySubjects).values(subjects.map((subject) => ({ deliveryId: 'shared', subject })));
  // Neither transaction has ended when the other one looks for subjects that are not settled.
  await db.execute(sql`create function linger() returns trigger language plpgsql as
    'begin perform pg_sleep(0.5); return new; end'`);
  await db.execute(sql`create trigger linger after update on delivery_subjects
    for each row execute function linger()`);
  const store = createDeliveryStore(db);
  await Promise.all(
    subjects.map((subject) => store.settle([{ subject, deliveries: ['shared'], changes: [] }])),
  );
  expect(await store.counts()).toMatchObject({ applied: 1, pending: 0 });
  await database.close();
});
