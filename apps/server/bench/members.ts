import { sql } from 'drizzle-orm';
import { countMembers } from '../src/features/members/count-members.ts';
import { createMemberStore } from '../src/features/members/member-store.ts';
import type { MemberPage } from '../src/features/members/members-inputs.ts';
import { measure } from './measure.ts';
import { openBenchDatabase } from './open-bench-database.ts';

/**
 * `node bench/members.ts [people]`: how long a page of members takes, on the embedded PostgreSQL. Prints the median and the
 * slowest of 20 of each kind.
 */
const people = Number(process.argv[2] ?? 100_000);
const rounds = 20;

await using database = await openBenchDatabase();
const { db } = database;
const insert = (from: number, to: number) =>
  db.execute(sql`
  insert into members (tenant, subject, name, email, kind, status, roles, sources, created_at, last_sign_in_at,
    search_text, sort_name, read_at)
  select 'default', 'u' || n, name, email, case when n % 1000 = 0 then 'machine' else 'person' end,
    case when n % 500 = 1 then 'suspended' else 'active' end,
    case when n % 5000 = 2 then array['viewer', 'admin'] when n % 10 = 3 then array['viewer', 'editor'] else array['viewer'] end,
    case when n % 5000 = 2 then array['default', 'hand'] when n % 10 = 3 then array['default', 'request'] else array['default'] end,
    now() - interval '400 days', now() - make_interval(hours => n % 9000), lower(name || ' ' || email || ' u' || n) || case when n % 700 = 0 then ' Uc11cUc5f0' else '' end, lower(name), now()
  from (select n, md5(n::text) || ' ' || md5((n * 7)::text) as name, md5(n::text) || '@example.com' as email
    from generate_series(${from}::int, ${to}::int) as n) as made`);
// A statement may take 30 seconds, also on a busy machine.
for (let from = 1; from <= people; from += 5_000) await insert(from, Math.min(people, from + 4_999)); // oxlint-disable-line no-await-in-loop -- one after the other
await db.execute(sql`vacuum analyze members`);

const store = createMemberStore(db, 'default');
const page = (more: Partial<MemberPage>): MemberPage => ({
  sort: 'name',
  direction: 'asc',
  limit: 50,
  offset: 0,
  ...more,
});
const [last] = await store.list(page({ limit: 1, direction: 'desc' }));
const lists: Readonly<Record<string, MemberPage>> = {
  'first page': page({}),
  'a page in the middle': page({ offset: people / 2 }),
  'the last page': page({ offset: people - 50 }),
  'by last sign-in': page({ sort: 'lastSignIn', direction: 'desc' }),
  'search, common': page({ search: 'a' }),
  'search, one': page({ search: last?.email ?? '' }),
  'search, nobody': page({ search: 'nobody at all' }),
  'search, Korean': page({ search: '서연' }),
  'role of few': page({ role: 'admin' }),
  'role and source': page({ role: 'editor', source: 'request' }),
  suspended: page({ status: 'suspended' }),
  dormant: page({ status: 'dormant' }),
  machines: page({ kind: 'machine' }),
  everything: page({ search: '1', role: 'viewer', source: 'default', status: 'active', sort: 'lastSignIn' }),
};
for (const [name, list] of Object.entries(lists))
  await measure(name, { rounds, run: () => store.list(list) }); // oxlint-disable-line no-await-in-loop -- one after the other
for (const search of ['a', last?.email ?? '', '서연'])
  await measure(`total, ${search.slice(0, 16)}`, { rounds, run: () => store.total({ search }) }); // oxlint-disable-line no-await-in-loop -- one after the other
await measure('counts', { rounds, run: () => countMembers(db, 'default') });
