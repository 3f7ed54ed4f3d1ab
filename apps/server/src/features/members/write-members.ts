import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { fromLogto, type DirectoryMember } from './directory-member.ts';
import { weakestFirst } from '../../directory/weakest-first.ts';
import { indexed, searchable } from './member-conditions.ts';
import type { FindSource, LoadSources } from './role-sources.ts';
import { members } from './tables.ts';

export interface WriteMembersDeps {
  readonly db: NodePgDatabase;
  readonly loadSources: LoadSources;
  readonly publish: (tenants: ReadonlySet<string>) => void;
}

/** Also deletes members from tenants that they have left. Does not overwrite newer data. */
export type WriteMembers = (found: readonly DirectoryMember[]) => Promise<void>;

const batchSize = 500;

export function createWriteMembers({ db, loadSources, publish }: WriteMembersDeps): WriteMembers {
  const writeBatch = async (found: readonly DirectoryMember[]): Promise<string[]> => {
    const findSource = await loadSources(found.map(({ subject }) => subject));
    // Sorted by key, so that two replicas that write the same rows do not deadlock.
    const rows = found
      .flatMap((one) => rowsOf(one, findSource))
      .toSorted((one, other) => compare(one.tenant, other.tenant) || compare(one.subject, other.subject));
    const written = rows.length === 0 ? [] : await upsert(db, rows);
    const left = await removeOthers(db, { found, rows });
    return [...written, ...left];
  };
  return async (found) => {
    const latest = [...new Map(found.map((one) => [one.subject, one])).values()];
    const tenants = new Set<string>();
    for (let start = 0; start < latest.length; start += batchSize) {
      const changed = await writeBatch(latest.slice(start, start + batchSize)); // oxlint-disable-line no-await-in-loop -- sequential batches
      for (const tenant of changed) tenants.add(tenant);
    }
    publish(tenants);
  };
}

type NewRow = typeof members.$inferInsert;

function rowsOf(member: DirectoryMember, findSource: FindSource): NewRow[] {
  const { rolesByTenant, isComplete: _, ...columns } = member;
  const { subject, name, email, kind } = columns;
  return [...rolesByTenant].map(([tenant, held]) => {
    const roles = weakestFirst(held);
    return {
      ...columns,
      tenant,
      roles,
      sources: roles.map((role) => findSource({ tenant, subject, role, kind }).kind),
      searchText: indexed([name, email, subject].filter((part) => part !== null).join(' ')),
      sortName: searchable(name ?? email ?? subject),
    };
  });
}

const { tenant, subject, readAt, ...others } = getTableColumns(members);

function excluded({ name }: AnyPgColumn): SQL {
  return sql`excluded.${sql.identifier(name)}`;
}

/** Data from Logto stays as stored if Logto was not queried. */
function updated(key: string, column: AnyPgColumn): SQL {
  if (key === 'lastSignInAt') return sql`greatest(${excluded(column)}, ${column})`;
  return fromLogto.has(key) ? sql`coalesce(${excluded(column)}, ${column})` : excluded(column);
}

const values = Object.entries(others).map(([key, column]) => ({ key, column, value: updated(key, column) }));
const [before, after] = [values.map(({ column }) => column), values.map(({ value }) => value)];

async function upsert(db: NodePgDatabase, rows: NewRow[]): Promise<string[]> {
  const written = await db
    .insert(members)
    .values(rows)
    .onConflictDoUpdate({
      target: [tenant, subject],
      set: {
        ...Object.fromEntries(values.map(({ key, value }) => [key, value])),
        readAt: excluded(readAt),
      },
      // Leaves unchanged rows alone: a sweep finds most members unchanged.
      setWhere: sql`${readAt} <= ${excluded(readAt)} and
        (${sql.join(before, sql`, `)}) is distinct from (${sql.join(after, sql`, `)})`,
    })
    .returning({ tenant });
  return written.map((row) => row.tenant);
}

/**
 * Deletes members from tenants that they have left. Without data from Logto, deletes only those who had a role, because
 * Permit does not know members without one.
 */
async function removeOthers(
  db: NodePgDatabase,
  { found, rows }: { readonly found: readonly DirectoryMember[]; readonly rows: readonly NewRow[] },
): Promise<string[]> {
  const read = found.map(({ subject, readAt, isComplete }) => ({ subject, readAt, isComplete }));
  const present = rows.map(({ tenant, subject }) => ({ tenant, subject }));
  const { rows: removed } = await db.execute<{ tenant: string }>(sql`
    with other as (
      select members.tenant, members.subject from members
      join json_to_recordset(${JSON.stringify(read)}::json)
        as found(subject text, "readAt" timestamptz, "isComplete" boolean) on found.subject = members.subject
      where members.read_at <= found."readAt" and (found."isComplete" or members.roles <> '{}')
        and (members.tenant, members.subject) not in (
          select * from json_to_recordset(${JSON.stringify(present)}::json) as present(tenant text, subject text))
      order by members.tenant, members.subject for update of members)
    delete from members using other
    where members.tenant = other.tenant and members.subject = other.subject
    returning members.tenant`);
  return removed.map(({ tenant }) => tenant);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
