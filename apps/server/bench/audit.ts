import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import type { EventFilter } from '../src/features/audit/audit-inputs.ts';
import { createEventReader } from '../src/features/audit/event-reader.ts';
import { dayAfter, makePartitions } from '../src/features/audit/partitions.ts';
import { measure } from './measure.ts';
import { openBenchDatabase } from './open-bench-database.ts';

/**
 * `node bench/audit.ts [events] [days]`: how long a page and a chart of the audit log take, on the embedded PostgreSQL. Prints the
 * median and the slowest of 11 of each kind.
 */
const events = Number(process.argv[2] ?? 10_000_000);
const days = Number(process.argv[3] ?? 10);
const rounds = 11;

await using database = await openBenchDatabase();
const { db } = database;
// Without time limits: a day is inserted at once.
const pool = new Pool({ connectionString: database.url });
const filler = drizzle(pool);
const first = '2026-01-01';
const each = Math.ceil(events / days);
const dayNumbers = Array.from({ length: days }, (_, index) => index);
await makePartitions(
  db,
  dayNumbers.map((index) => dayAfter(first, index)),
);

/** Ten tenants, of which one has half; 2,000 people, 10,000 reports, one denial in 50, one change in 100. */
const fill = async (index: number): Promise<void> => {
  const day = dayAfter(first, index);
  await filler.execute(sql`
    insert into audit_events (at, id, tenant, kind, action, outcome, actor, actor_kind, channel, subject, resource, instance,
      reason, detail, latency, request_id)
    select at, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || 'a'
        || substr(md5((n * 3)::text), 1, 15))::uuid,
      case when n % 2 = 0 then 'default' else 'tenant' || n % 10 end,
      case when n % 100 = 0 then 'change' else 'decision' end,
      case when n % 100 = 0 then 'role.assign' when n % 3 = 0 then 'reports:publish' else 'reports:view' end,
      case when n % 100 = 0 then 'done' when n % 50 = 1 then 'deny' else 'allow' end,
      'u' || (n * 7) % 2000, 'person', case when n % 100 = 0 then 'console' else 'gate' end,
      case when n % 100 = 0 then 'u' || n % 1999 end, 'reports', case when n % 100 <> 0 then 'r' || (n * 13) % 10000 end,
      case when n % 50 = 1 then 'no_permission' end, '{"procedure":"reports.get","source":"cache"}', 100 + n % 900,
      md5((n * 11)::text)
    from (select n, ${`${day}T00:00:00Z`}::timestamptz + n * (interval '1 day' / ${each}::int) as at
      from generate_series(0, ${each - 1}::int) as n) as made`);
  await filler.execute(sql`
    insert into audit_counts (tenant, hour, kind, action, outcome, count)
    select tenant, date_trunc('hour', at, 'UTC'), kind, action, outcome, count(*) from audit_events
    where at >= ${`${day}T00:00:00Z`} and at < ${`${dayAfter(day, 1)}T00:00:00Z`} group by 1, 2, 3, 4, 5`);
};
const waiting = dayNumbers.values();
const work = async (): Promise<void> => {
  for (const index of waiting) await fill(index); // oxlint-disable-line no-await-in-loop -- day after day
};
const began = performance.now();
await Promise.all([work(), work()]);
await filler.execute(sql`analyze audit_events`);
process.stdout.write(`${events} events in ${Math.round((performance.now() - began) / 1_000)} s\n`);
await pool.end();

const reader = createEventReader(db, 'default');
const day = dayAfter(first, Math.floor(days / 2));
const time = { from: `${day}T00:00:00.000Z`, to: `${dayAfter(day, 1)}T00:00:00.000Z` };
const filters: Readonly<Record<string, Omit<EventFilter, 'from' | 'to'>>> = {
  'a day': {},
  'a day, denied': { kind: 'decision', outcomes: ['deny'] },
  'a day, changes': { kind: 'change' },
  'a day, a person': { actor: 'u14' },
  'a day, a report': { instance: 'r26' },
  'a day, about a person': { subject: 'u26' },
  'a day, a resource': { resource: 'reports' },
  'a day, no such resource': { resource: 'sync' },
  'a day, a channel': { channel: 'console' },
  'a day, no such channel': { channel: 'sync' },
  'a day, an action': { actions: ['reports:publish'] },
  'a day, all of it': { actor: 'u14', actions: ['reports:view'], outcomes: ['allow'] },
  'a day, nobody': { actor: 'nobody' },
};
/* oxlint-disable no-await-in-loop -- one after the other */
for (const [name, filter] of Object.entries(filters)) {
  await measure(name, { rounds, run: () => reader.list({ ...time, ...filter }, { limit: 50 }) });
  await measure(`${name}: chart`, { rounds, run: () => reader.histogram({ ...time, ...filter }) });
}
/* oxlint-enable no-await-in-loop */
const whole = { from: `${first}T00:00:00.000Z`, to: `${dayAfter(first, days)}T00:00:00.000Z` };
await measure('all days, nobody', {
  rounds,
  run: () => reader.list({ ...whole, actor: 'nobody' }, { limit: 50 }),
});
await measure('all days, no such channel', {
  rounds,
  run: () => reader.list({ ...whole, channel: 'sync' }, { limit: 50 }),
});
await measure('all days: chart', { rounds, run: () => reader.histogram(whole) });
