import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Pool } from 'pg';

/** What statements run on: the pool, or the transaction of a caller. */
export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

export interface Database {
  readonly db: NodePgDatabase & { readonly $client: Pool };
  /** Whether PostgreSQL answers. Never rejects. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** Connects and migrates the schema. Replicas that start together wait for one another on an advisory lock. */
export async function openDatabase(url: string, onError: (error: Error) => void): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 });
  // The pool replaces an idle connection that breaks. Without a listener its error would end the process.
  pool.on('error', onError);
  const lock = await pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(lock), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    });
    await lock.query('select pg_advisory_unlock($1)', [migrationLock]);
  } finally {
    lock.release();
  }
  return {
    db: drizzle(pool),
    isReady: () =>
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
    close: () => pool.end(),
  };
}

/** An arbitrary number, the same in every replica. */
const migrationLock = 5_223_017;
