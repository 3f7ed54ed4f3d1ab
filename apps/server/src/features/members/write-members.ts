import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DirectoryMember } from './directory-member.ts';
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
  const { subject, name, email, kind, status, rolesByTenant, createdAt, lastSignInAt, readAt } = member;
  return [...rolesByTenant].map(([tenant, held]) => {
    const roles = weakestFirst(held);
    return {
      tenant,
      subject,
      name,
      email,
      kind,
      status,
      roles,
      sources: roles.map((role) => findSource({ tenant, subject, role, kind }).kind),
      createdAt,
      lastSignInAt,
      searchText: indexed([name, email, subject].filter((part) => part !== null).join(' ')),
      sortName: searchable(name ?? email ?? subject),
      readAt,
    };
  });
}

/** Inserts or updates the rows. Data from Logto stays as stored if Logto was not queried. */
async function upsert(db: NodePgDatabase, rows: NewRow[]): Promise<string[]> {
  const written = await db
    .insert(members)
    .values(rows)
    .onConflictDoUpdate({
      target: [members.tenant, members.subject],
      set: {
        name: sql`excluded.name`,
        email: sql`excluded.email`,
        kind: sql`excluded.kind`,
        status: sql`excluded.status`,
        roles: sql`excluded.roles`,
        sources: sql`excluded.sources`,
        createdAt: sql`coalesce(excluded.created_at, ${members.createdAt})`,
        lastSignInAt: sql`greatest(excluded.last_sign_in_at, ${members.lastSignInAt})`,
        searchText: sql`excluded.search_text`,
        sortName: sql`excluded.sort_name`,
        readAt: sql`excluded.read_at`,
      },
      // Leaves unchanged rows alone: a sweep finds most members unchanged.
      setWhere: sql`${members.readAt} <= excluded.read_at and (
        (${members.searchText}, ${members.sortName}, ${members.kind}, ${members.status}, ${members.roles}, ${members.sources})
          is distinct from
        (excluded.search_text, excluded.sort_name, excluded.kind, excluded.status, excluded.roles, excluded.sources)
        or (${members.name}, ${members.email}) is distinct from (excluded.name, excluded.email)
        or coalesce(excluded.last_sign_in_at > coalesce(${members.lastSignInAt}, '-infinity'), false)
        or coalesce(excluded.created_at is distinct from ${members.createdAt} and excluded.created_at is not null, false))`,
    })
    .returning({ tenant: members.tenant });
  return written.map(({ tenant }) => tenant);
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
