import { eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z, type ZodType } from 'zod';
import { syncState } from '../tables.ts';

/** Values that all replicas share and that survive a restart. */
export function createSyncState(db: NodePgDatabase) {
  const read = async <Value>(name: string, schema: ZodType<Value>): Promise<Value | undefined> => {
    const [row] = await db.select().from(syncState).where(eq(syncState.name, name));
    return schema.safeParse(row?.value).data;
  };
  const write = async (name: string, value: unknown): Promise<void> => {
    await db
      .insert(syncState)
      .values({ name, value })
      .onConflictDoUpdate({ target: syncState.name, set: { value } });
  };
  return {
    isPaused: async () => (await read('paused', z.boolean())) ?? false,
    setPaused: (paused: boolean) => write('paused', paused),
    /** Up to which time Logto's log of deliveries was read; epoch milliseconds. */
    recoveredUntil: () => read('recovered-until', z.number()),
    setRecoveredUntil: (time: number) => write('recovered-until', time),
  };
}

export type SyncState = ReturnType<typeof createSyncState>;
