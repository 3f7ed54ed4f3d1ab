import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { v7 as uuidV7 } from 'uuid';
import { z } from 'zod';
import type { AuditEvent } from '../features/audit/audit-event.ts';
import { createEventStore } from '../features/audit/event-store.ts';
import { auditCounts, auditEvents, permissionUses } from '../features/audit/tables.ts';
import { members } from '../features/members/tables.ts';
import { collectionReports, collections, reports, shares } from '../features/reports/tables.ts';
import { accessGrants, accessRequests } from '../features/requests/tables.ts';
import { eventAt } from './event-at.ts';

/*
 * Backdates the data that `start` has just seeded through the server's procedures, and adds reads by users in that
 * time.
 *
 *   node move-to-past.ts past.json
 */

/**
 * A period to backdate: events between `from` and `until` are shifted so that the period starts at `to`. Epoch
 * milliseconds.
 */
const Moment = z.object({ from: z.number(), until: z.number(), to: z.number() });
type Moment = z.output<typeof Moment>;

const Past = z.object({ databaseUrl: z.string(), moments: z.array(Moment) });
const { databaseUrl, moments } = Past.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const db = drizzle(databaseUrl);

const time = (milliseconds: number) => sql`to_timestamp(${milliseconds}::float8 / 1000)`;

async function moveRows(): Promise<void> {
  const columns = [
    [reports, reports.createdAt],
    [reports, reports.publishedAt],
    [collections, collections.createdAt],
    [collectionReports, collectionReports.addedAt],
    [shares, shares.at],
    [accessRequests, accessRequests.createdAt],
    [accessRequests, accessRequests.decidedAt],
    [accessGrants, accessGrants.grantedAt],
    [accessGrants, accessGrants.decidedAt],
  ] as const;
  for (const moment of moments) {
    for (const [table, column] of columns) await db.execute(moveColumn(table, column, moment));
  }
  await db.execute(sql`
    update ${reports} set content = jsonb_set(content, '{generatedAt}',
      to_jsonb(to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`);
}

function moveColumn(table: PgColumn['table'], column: PgColumn, { from, until, to }: Moment) {
  const name = sql.identifier(column.name);
  return sql`
    update ${table} set ${name} = ${name} + ${to - from} * interval '1 millisecond'
    where ${name} >= ${time(from)} and ${name} < ${time(until)}`;
}

function eventOf(event: Omit<AuditEvent, 'at'>, at: number): AuditEvent {
  const moment = moments.find(({ from, until }) => from <= at && at < until);
  const moved = moment === undefined ? at : at - moment.from + moment.to;
  return { ...event, id: uuidV7({ msecs: moved }), at: new Date(moved).toISOString() };
}

const day = 86_400_000;
const hour = 3_600_000;

/**
 * On each working day until their last sign-in, some members of each tenant read its published reports; occasionally
 * one is denied.
 */
async function visits(): Promise<AuditEvent[]> {
  const people = await db
    .select()
    .from(members)
    .where(sql`${members.kind} = 'person' and status <> 'suspended'`);
  const published = await db
    .select()
    .from(reports)
    .where(sql`${reports.publishedAt} is not null`);
  const first = Math.min(...moments.map(({ to }) => to));
  const random = createRandom();
  return people.flatMap(({ tenant, subject, roles, createdAt, lastSignInAt }) => {
    const events: AuditEvent[] = [];
    const last = Math.min(Date.now() - day, lastSignInAt?.getTime() ?? 0);
    const begin = Math.max(first, createdAt?.getTime() ?? 0);
    for (let at = begin; at < last; at += day) {
      const isWeekend = [0, 6].includes(new Date(at).getUTCDay());
      if (random() > (isWeekend ? 0.02 : 0.3)) continue;
      const start = Math.floor(at / day) * day + 7 * hour + Math.floor(random() * 10 * hour);
      if (start < begin || start > last) continue;
      const event = (offset: number, more: Partial<AuditEvent>): AuditEvent =>
        eventAt(new Date(start + offset).toISOString(), { tenant, actor: subject, ...more });
      events.push(event(0, {}));
      const readable = published.filter(
        (report) =>
          report.tenant === tenant &&
          report.classification === 'normal' &&
          Number(report.publishedAt) < start,
      );
      const read = readable[Math.floor(random() * readable.length)];
      if (read !== undefined) {
        events.push(event(8_000, { instance: read.id, detail: { procedure: 'reports.get', source: 'pdp' } }));
      }
      if (!roles.includes('admin') && random() < 0.03) {
        events.push(
          event(20_000, {
            action: 'members:assign',
            resource: 'members',
            outcome: 'deny',
            reason: 'no_permission',
            detail: { procedure: 'members.assign', source: 'pdp' },
          }),
        );
      }
    }
    return events;
  });
}

/** Creates a generator of pseudorandom numbers from 0 to 1. It produces the same sequence in every run. */
function createRandom(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

await moveRows();
await db.transaction(async (tx) => {
  const events = await tx.delete(auditEvents).returning();
  await tx.delete(auditCounts);
  await tx.delete(permissionUses);
  const moved = events.map(({ at, ...event }) => eventOf(event, at.getTime()));
  await createEventStore(db).insertWith(tx, [...moved, ...(await visits())]);
});
await db.$client.end();
