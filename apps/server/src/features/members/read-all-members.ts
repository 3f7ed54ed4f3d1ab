import type { PermitReads } from '@latchkey/directory-sync';
import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { directoryMember } from './directory-member.ts';
import type { WriteMembers } from './write-members.ts';

export interface ReadAllMembersDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'users'>;
  /** Which of these users, by their keys in Permit, are suspended. */
  readonly suspendedAmong: (subjects: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly writeMembers: WriteMembers;
}

/**
 * Stores all users of Permit as members, and forgets those that Permit does not have. Returns the tenants in which something is
 * different now. @throws {PermitApiError}
 */
export function createReadAllMembers({ db, reads, suspendedAmong, writeMembers }: ReadAllMembersDeps) {
  return async (signal: AbortSignal): Promise<Set<string>> => {
    const began = new Date();
    const seen: string[] = [];
    const tenants = new Set<string>();
    for await (const page of reads.users(signal)) {
      const subjects = page.map(({ key }) => key);
      const suspended = await suspendedAmong(subjects);
      const found = page.map((user) => directoryMember(user, { isSuspended: suspended.has(user.key) }));
      for (const tenant of await writeMembers(found, began)) tenants.add(tenant);
      seen.push(...subjects);
    }
    for (const tenant of await forgetOthers(db, { seen, began })) tenants.add(tenant);
    await recordComplete(db, began);
    return tenants;
  };
}

/** Forgets the members whom a complete reading that began then did not find. Returns their tenants. */
async function forgetOthers(
  db: NodePgDatabase,
  { seen, began }: { readonly seen: readonly string[]; readonly began: Date },
): Promise<string[]> {
  const { rows } = await db.execute<{ tenant: string }>(sql`
    delete from members
    where read_at <= ${began.toISOString()}::timestamptz and not exists (
      select from unnest(${sql.param(seen)}::text[]) as other(subject) where other.subject = members.subject)
    returning tenant`);
  return rows.map(({ tenant }) => tenant);
}

/** All members are as the directories had them then, or later. */
async function recordComplete(db: NodePgDatabase, began: Date): Promise<void> {
  await db.execute(sql`
    insert into member_reading (id, complete_at) values (1, ${began.toISOString()}::timestamptz)
    on conflict (id) do update set complete_at = greatest(member_reading.complete_at, excluded.complete_at)`);
}

/** When the last complete reading began; `undefined` before the first. */
export async function completeReadingAt(db: NodePgDatabase): Promise<Date | undefined> {
  const { rows } = await db.execute<{ complete_at: Date }>(sql`select complete_at from member_reading`);
  return rows[0] && new Date(rows[0].complete_at);
}
