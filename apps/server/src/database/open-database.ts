import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Pool } from 'pg';

export interface Database {
  readonly db: NodePgDatabase;
  /** Whether PostgreSQL answers. Never rejects. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** Connects and brings the schema up to date. Replicas that start together wait for one another on PostgreSQL's lock. */
export async function openDatabase(url: string, onError: (error: Error) => void): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 });
  // An idle connection that breaks is replaced by the pool; unheard, its error would end the process.
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

/** Any number, the same in every replica. */
const migrationLock = 5_223_017;
