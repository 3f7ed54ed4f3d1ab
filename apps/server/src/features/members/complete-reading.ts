import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { DirectoryMember } from './directory-member.ts';
import type { WriteMembers } from './write-members.ts';

/** A read of all users in the directories, page by page. */
export interface CompleteReading {
  /** When it began. */
  readonly began: Date;
  readonly add: (found: readonly DirectoryMember[]) => Promise<void>;
  /** Call after all were added: deletes the members that were not. */
  readonly finish: () => Promise<void>;
}

export interface CompleteReadingDeps {
  readonly db: NodePgDatabase;
  readonly writeMembers: WriteMembers;
  /** Notifies the pages of the tenants in which members were deleted. */
  readonly publish: (tenants: ReadonlySet<string>) => void;
}

export function openCompleteReading({ db, writeMembers, publish }: CompleteReadingDeps): CompleteReading {
  const began = new Date();
  const seen = new Set<string>();
  return {
    began,
    async add(found) {
      for (const { subject, rolesByTenant } of found) if (rolesByTenant.size > 0) seen.add(subject);
      await writeMembers(found);
    },
    async finish() {
      const tenants = await forgetOthers(db, { seen: [...seen], began });
      await recordComplete(db, began);
      publish(new Set(tenants));
    },
  };
}

/** Deletes the members that a complete read, started at that time, did not find. Returns their tenants. */
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

/** Records that all members are as recent as that time. */
async function recordComplete(db: NodePgDatabase, began: Date): Promise<void> {
  await db.execute(sql`
    insert into member_reading (id, complete_at) values (1, ${began.toISOString()}::timestamptz)
    on conflict (id) do update set complete_at = greatest(member_reading.complete_at, excluded.complete_at)`);
}

/** When the last complete read began; `undefined` before the first. */
export async function completeReadingAt(db: NodePgDatabase): Promise<Date | undefined> {
  const { rows } = await db.execute<{ complete_at: Date }>(sql`select complete_at from member_reading`);
  return rows[0] && new Date(rows[0].complete_at);
}
