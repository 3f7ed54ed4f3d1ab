import type { ListPlan } from '@latchkey/permissions';
import { sql } from 'drizzle-orm';
import { createReportStore, type ReportQuery } from '../src/features/reports/report-store.ts';
import { measure } from './measure.ts';
import { openBenchDatabase } from './open-bench-database.ts';

/**
 * `node bench/reports.ts [reports]`: how long a page of reports and their numbers take, on the embedded PostgreSQL, for somebody
 * who may edit 1,000 drafts. Prints the median and the slowest of 20 of each kind.
 */
const most = Number(process.argv[2] ?? 100_000);
const rounds = 20;

await using database = await openBenchDatabase();
const { db } = database;
// With the content of an organization of ten people.
const insert = (from: number, to: number) =>
  db.execute(sql`
  insert into reports (id, tenant, title, kind, status, owner_key, content, created_at)
  select gen_random_uuid(), 'default', md5(n::text) || case when n % 700 = 0 then ' 분기 검토' else ' review' end, 'access-review',
    case when n % 2 = 0 then 'draft' else 'published' end::report_status, 'u' || n % 100,
    jsonb_build_object('generatedAt', '', 'members', (select jsonb_agg(jsonb_build_object('key', md5((n * m)::text),
      'name', md5((n + m)::text), 'email', md5(m::text) || '@example.com', 'roles', jsonb_build_array('viewer')))
      from generate_series(1, 10) as m)), now() - make_interval(mins => n)
  from generate_series(${from}::int, ${to}::int) as n`);
// A statement may take 30 seconds, also on a busy machine.
for (let from = 1; from <= most; from += 5_000) await insert(from, Math.min(most, from + 4_999)); // oxlint-disable-line no-await-in-loop -- one after the other
await db.execute(sql`vacuum analyze reports`);

const { rows } = await db.execute<{ id: string }>(
  sql`select id from reports where status = 'draft' order by id limit 1000`,
);
const own = rows.map(({ id }) => id);
const plan = { permission: 'reports:edit', tenant: 'default' };
const drafts: ListPlan<never> = { ...plan, kind: 'some', any: [{ by: 'id', keys: own }] };
const readable = { drafts, confidential: { ...plan, kind: 'none' } } as const;
const store = createReportStore(db, 'default');
const query = (more: Partial<ReportQuery>): ReportQuery => ({ sort: 'newest', limit: 50, ...more });
const [middle] = await store.list(readable, query({ sort: 'title', limit: 1 }));
const lists: Readonly<Record<string, ReportQuery>> = {
  'first page': query({}),
  'by title': query({ sort: 'title' }),
  'a later page': query({ sort: 'title', after: middle && { ...middle, title: '8' } }),
  'drafts only': query({ status: 'draft' }),
  'with a role': query({ among: own }),
  'search, common': query({ search: 'a' }),
  'search, Korean': query({ search: '분기' }),
  'search, nothing': query({ search: 'nothing at all' }),
};
for (const [name, list] of Object.entries(lists))
  await measure(name, { rounds, run: () => store.list(readable, list) }); // oxlint-disable-line no-await-in-loop -- one after the other
const withRole = { owner: own, editor: [], reader: [] };
await measure('counts', { rounds, run: () => store.count(readable, { search: 'review' }, withRole) });
