import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { lockUntilCommit } from '../../platform/database/open-database.ts';

const dayLength = 86_400_000;
/** Serializes the creation and dropping of partitions across replicas. */
const partitionLock = 'audit partitions';

/** `2026-11-27` → `audit_events_20261127` */
const nameOf = (day: string): string => `audit_events_${day.replaceAll('-', '')}`;

/** The UTC day of the time, as `YYYY-MM-DD`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

export function dayAfter(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * dayLength));
}

/** Creates each missing partition as a separate table and then attaches it, so that reads and writes continue. */
export async function makePartitions(
  db: Pick<NodePgDatabase, 'execute' | 'transaction'>,
  days: Iterable<string>,
): Promise<void> {
  const missing = await missingAmong(db, [...new Set(days)]);
  if (missing.length === 0) return;
  await db.transaction(async (tx) => {
    await lockUntilCommit(tx, partitionLock);
    /* oxlint-disable no-await-in-loop -- statements of one transaction */
    for (const day of await missingAmong(tx, missing)) {
      const name = sql.identifier(nameOf(day));
      // May be left over from a partition that was detached but not dropped.
      await tx.execute(sql`drop table if exists ${name}`);
      await tx.execute(sql`create table ${name} (like audit_events including all)`);
      await tx.execute(
        sql`alter table audit_events attach partition ${name}
          for values from (${sql.raw(`'${day}T00:00:00Z'`)}) to (${sql.raw(`'${dayAfter(day, 1)}T00:00:00Z'`)})`,
      );
    }
    /* oxlint-enable no-await-in-loop */
  });
}

/** Also deletes the counts, uses and explanations from before `day`. */
export async function dropPartitionsBefore(db: NodePgDatabase, day: string): Promise<void> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select inhrelid::regclass::text as name from pg_inherits
    where inhparent = 'audit_events'::regclass and inhrelid::regclass::text < ${nameOf(day)}
    order by 1`);
  /* oxlint-disable no-await-in-loop -- one lock at a time */
  for (const { name } of rows) {
    const partition = sql.identifier(name);
    await db.transaction(async (tx) => {
      await lockUntilCommit(tx, partitionLock);
      // Reads and writes queue behind a waiting `drop table`, so it times out soon. The next round of maintenance
      // retries it.
      await tx.execute(sql`set local lock_timeout = '2s'`);
      await tx.execute(sql`drop table if exists ${partition}`);
    });
  }
  /* oxlint-enable no-await-in-loop */
  await db.execute(sql`delete from audit_counts where hour < ${`${day}T00:00:00Z`}`);
  await db.execute(sql`delete from permission_uses where last_at < ${`${day}T00:00:00Z`}`);
  await db.execute(sql`delete from audit_explanations where at < ${`${day}T00:00:00Z`}`);
}

async function missingAmong(
  db: Pick<NodePgDatabase, 'execute'>,
  days: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_events'::regclass`);
  const present = new Set(rows.map(({ name }) => name));
  return days.filter((day) => !present.has(nameOf(day)));
}
