import { and, eq, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { notificationMarks } from './tables.ts';

export interface Reader {
  readonly tenant: string;
  readonly subject: string;
}

export interface Marks {
  readonly readUntil: Date;
  readonly readIds: ReadonlySet<string>;
}

/** Maximum number of stored ids. More than the number of notifications displayed. */
const maxIds = 200;

const of = ({ tenant, subject }: Reader) =>
  and(eq(notificationMarks.tenant, tenant), eq(notificationMarks.subject, subject));

export async function marksOf(db: Pick<NodePgDatabase, 'select'>, reader: Reader): Promise<Marks> {
  const [found] = await db.select().from(notificationMarks).where(of(reader));
  return { readUntil: found?.readUntil ?? new Date(0), readIds: new Set(found?.readIds) };
}

/** Merges concurrent marks of tabs and replicas. */
export async function addMarks(
  db: NodePgDatabase,
  reader: Reader,
  { ids, until, at }: { readonly ids: readonly string[]; readonly until: Date; readonly at: Date },
): Promise<void> {
  await db.transaction(async (transaction) => {
    await transaction
      .insert(notificationMarks)
      .values({ ...reader, readUntil: until, readIds: [], markedAt: at })
      .onConflictDoNothing();
    const [before] = await transaction.select().from(notificationMarks).where(of(reader)).for('update');
    const known = before?.readIds ?? [];
    await transaction
      .update(notificationMarks)
      .set({
        readUntil: before === undefined || before.readUntil < until ? until : before.readUntil,
        // The newest marks come last, so that the oldest are dropped.
        readIds: [...known.filter((id) => !ids.includes(id)), ...ids].slice(-maxIds),
        markedAt: at,
      })
      .where(of(reader));
  });
}

export async function forgetMarks(db: Pick<NodePgDatabase, 'delete'>, since: Date): Promise<void> {
  await db.delete(notificationMarks).where(lt(notificationMarks.markedAt, since));
}
