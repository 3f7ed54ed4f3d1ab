import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DirectoryMember } from './directory-member.ts';
import { inPolicyOrder } from './member.ts';
import { searchable } from './member-store.ts';
import type { FindSource, LoadSources } from './role-sources.ts';
import { members } from './tables.ts';

export interface WriteMembersDeps {
  readonly db: NodePgDatabase;
  readonly loadSources: LoadSources;
}

/**
 * Stores members as the directories have them, in all tenants, and forgets them where they do not belong any more. `readAt`: when
 * the directories began to be asked; what was read later stays. Returns the tenants in which something is different now.
 */
export type WriteMembers = (found: readonly DirectoryMember[], readAt: Date) => Promise<Set<string>>;

/** Members in one statement. */
const batchSize = 500;

export function createWriteMembers({ db, loadSources }: WriteMembersDeps): WriteMembers {
  const writeBatch = async (found: readonly DirectoryMember[], readAt: Date): Promise<string[]> => {
    const subjects = found.map(({ subject }) => subject);
    const findSource = await loadSources(subjects);
    // In the order of the key: two replicas that write the same rows would deadlock otherwise.
    const rows = found
      .flatMap((one) => rowsOf(one, { findSource, readAt }))
      .toSorted((one, other) => compare(one.tenant, other.tenant) || compare(one.subject, other.subject));
    const written = rows.length === 0 ? [] : await upsert(db, rows);
    const left = await removeOthers(db, { found, rows, readAt });
    return [...written, ...left];
  };
  return async (found, readAt) => {
    const latest = [...new Map(found.map((one) => [one.subject, one])).values()];
    const tenants = new Set<string>();
    for (let start = 0; start < latest.length; start += batchSize) {
      const changed = await writeBatch(latest.slice(start, start + batchSize), readAt); // oxlint-disable-line no-await-in-loop -- batch after batch
      for (const tenant of changed) tenants.add(tenant);
    }
    return tenants;
  };
}

type NewRow = typeof members.$inferInsert;

function rowsOf(
  { subject, name, email, kind, status, rolesByTenant, logto }: DirectoryMember,
  { findSource, readAt }: { readonly findSource: FindSource; readonly readAt: Date },
): NewRow[] {
  return [...rolesByTenant].map(([tenant, held]) => {
    const roles = inPolicyOrder(held);
    return {
      tenant,
      subject,
      name,
      email,
      kind,
      status,
      roles,
      sources: roles.map((role) => findSource({ tenant, subject, role, kind }).kind),
      createdAt: logto?.createdAt ?? null,
      lastSignInAt: logto?.lastSignInAt ?? null,
      searchText: searchable([name, email, subject].filter((part) => part !== null).join(' ')),
      sortName: searchable(name ?? email ?? subject),
      readAt,
    };
  });
}

/** What Logto said stays when it was not asked. */
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
      // A sweep finds most people as they are: their rows are not written anew.
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

/** Permit does not tell who belongs to an organization without a role: only who had one is forgotten when Logto was not asked. */
async function removeOthers(
  db: NodePgDatabase,
  { found, rows, readAt }: { found: readonly DirectoryMember[]; rows: readonly NewRow[]; readAt: Date },
): Promise<string[]> {
  const subjects = found.map(({ subject }) => subject);
  const known = found.filter(({ logto }) => logto !== undefined).map(({ subject }) => subject);
  const { rows: removed } = await db.execute<{ tenant: string }>(sql`
    with other as (
      select tenant, subject from members
      where subject = any(${sql.param(subjects)}::text[]) and read_at <= ${readAt.toISOString()}::timestamptz
        and (subject = any(${sql.param(known)}::text[]) or roles <> '{}')
        and (tenant, subject) not in (
          select * from unnest(${sql.param(rows.map(({ tenant }) => tenant))}::text[],
            ${sql.param(rows.map(({ subject }) => subject))}::text[]))
      order by tenant, subject for update)
    delete from members using other
    where members.tenant = other.tenant and members.subject = other.subject
    returning members.tenant`);
  return removed.map(({ tenant }) => tenant);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
