import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, Pool, type PoolConfig } from 'pg';
import { isDatabaseOutage } from './outage.ts';

/** What statements run on inside a transaction. */
export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

export interface Database {
  readonly db: NodePgDatabase & { readonly $client: Pool };
  /** A connection for what must not wait behind requests: the revocation list and readiness. Its waits are short. */
  readonly reserved: Pool;
  /** Whether PostgreSQL answers within a second. Never rejects. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** Connections of one server, at most: these, four of the queue with its listener, and one of the bus. */
export const maxConnections = { requests: 10, reserved: 1, queue: 4, queueListener: 1, bus: 1 } as const;

/** Milliseconds. No wait for PostgreSQL is without a bound. */
const limits = {
  requests: { connectionTimeoutMillis: 3_000, query_timeout: 30_000, statement_timeout: 30_000 },
  reserved: { connectionTimeoutMillis: 1_000, query_timeout: 1_000, statement_timeout: 1_000 },
} as const;

/** Connects and migrates the schema. Replicas that start together wait for one another on an advisory lock. */
export async function openDatabase(url: string, onError: (error: Error) => void): Promise<Database> {
  const shared = { connectionString: url, keepAlive: true };
  await migrateSchema(url, onError);
  const pool = openPool({ ...shared, ...limits.requests, max: maxConnections.requests }, onError);
  const reserved = openPool({ ...shared, ...limits.reserved, max: maxConnections.reserved }, onError);
  return {
    db: withTransactions(pool),
    reserved,
    isReady: () =>
      reserved.query('select 1').then(
        () => true,
        () => false,
      ),
    close: async () => void (await Promise.all([pool.end(), reserved.end()])),
  };
}

/** The pool replaces a connection that breaks. An error without a listener would end the process. */
function openPool(config: PoolConfig, onError: (error: Error) => void): Pool {
  const pool = new Pool(config);
  // The pool listens to idle connections only. A connection in use breaks as well.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/**
 * Drizzle keeps the connection of a transaction whose BEGIN fails: after ten such outages, the pool would have none left, for
 * good. Here each transaction gives its connection back, and the pool forgets one that may be broken.
 */
function withTransactions(pool: Pool): Database['db'] {
  const transaction: NodePgDatabase['transaction'] = async (run, config) => {
    const client = await pool.connect();
    try {
      const result = await drizzle(client).transaction(run, config);
      client.release();
      return result;
    } catch (error) {
      client.release(isDatabaseOutage(error));
      throw error;
    }
  };
  return Object.assign(drizzle(pool), { transaction });
}

/** An arbitrary number, the same in every replica. */
const migrationLock = 5_223_017;

/** On a connection of its own, without time limits: a migration of a large table takes as long as it takes. */
async function migrateSchema(url: string, onError: (error: Error) => void): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true });
  client.on('error', onError);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    });
  } finally {
    // Ending the session releases the lock.
    await client.end().catch(onError);
  }
}
