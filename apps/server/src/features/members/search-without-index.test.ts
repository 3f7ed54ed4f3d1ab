import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { openDatabase } from '../../platform/database/open-database.ts';
import { emptyDatabase } from '../../testing/fresh-database.ts';
import { createMemberStore } from './member-store.ts';
import { indexed } from './member-conditions.ts';
import { members } from './tables.ts';

const fail = (error: Error): never => {
  throw error;
};

/** Stores a member, and returns whether the index exists and what a search finds. */
async function search(url: string): Promise<unknown> {
  const database = await openDatabase(url, fail);
  const { db } = database;
  const name = '김서연 Kim';
  const row = { tenant: 'default', subject: 'kim', name, kind: 'person', status: 'active' } as const;
  await db.insert(members).values({
    ...row,
    roles: [],
    sources: [],
    searchText: indexed(name),
    sortName: name,
    readAt: new Date(),
  });
  const { rows } = await db.execute(sql`select 1 from pg_indexes where indexname = 'members_by_text'`);
  const found = await createMemberStore(db, 'default').list({
    search: '서연 ki',
    sort: 'name',
    direction: 'asc',
    offset: 0,
    limit: 10,
  });
  await database.close();
  return { isIndexed: rows.length === 1, found: found.map(({ subject }) => subject) };
}

test('a search has an index, even if the extension is in another schema', async () => {
  expect(await search(await emptyDatabase())).toEqual({ isIndexed: true, found: ['kim'] });
  const url = await emptyDatabase();
  await run(url, 'create schema extensions; create extension pg_trgm schema extensions');
  expect(await search(url)).toEqual({ isIndexed: true, found: ['kim'] });
});

test('where PostgreSQL refuses the extension, the schema is created and searches have the same results', async () => {
  const url = await emptyDatabase();
  await run(
    url,
    `create function refuse() returns event_trigger language plpgsql as $$ begin raise insufficient_privilege; end $$;
    create event trigger no_extensions on ddl_command_start when tag in ('CREATE EXTENSION') execute function refuse()`,
  );
  expect(await search(url)).toEqual({ isIndexed: false, found: ['kim'] });
});

async function run(url: string, statements: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query(statements);
  await client.end();
}
