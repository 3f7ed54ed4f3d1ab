import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

/** Serializes transactions on all replicas: waits for the lock with this name and holds it until the transaction ends. */
export async function lockUntilCommit(
  transaction: Pick<NodePgDatabase, 'execute'>,
  name: string,
): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}
