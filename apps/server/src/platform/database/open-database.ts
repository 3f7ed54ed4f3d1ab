import { fileURLToPath } from 'node:url';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, DatabaseError, Pool, type PoolConfig } from 'pg';
import { AppError } from '../app-error.ts';
import { isDatabaseOutage, rootCause } from './outage.ts';
import { sql } from 'drizzle-orm';

export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

export interface Database {
  readonly db: NodePgDatabase & { readonly $client: Pool };
  /** With short timeouts, for the revocation list and readiness, which must not queue behind requests. */
  readonly reserved: Pool;
  /** A connection for statements over the whole directory that no caller waits for. */
  readonly patient: NodePgDatabase;
  /** Whether PostgreSQL responds within a second. Never rejects. */
  isReady(): Promise<boolean>;
  /** Whether PostgreSQL responds and refuses writes, like a standby. Never rejects. */
  isReadOnly(): Promise<boolean>;
  close(): Promise<void>;
}

/** Maximum number of PostgreSQL connections per server, by purpose. */
export const maxConnections = {
  requests: 10,
  reserved: 1,
  patient: 1,
  queue: 4,
  queueListener: 1,
  bus: 1,
} as const;

/** In milliseconds. Ends the transaction of a server that hangs, so that other replicas get its locks. */
const idleLimit = { idle_in_transaction_session_timeout: 60_000 };

/**
 * Milliseconds. PostgreSQL itself ends a slow statement: if only the client gave up, the connection would stay open in
 * PostgreSQL while the pool opens another one. The client gives up only if PostgreSQL does not end the statement.
 */
const limitsWithin = (statement: number, connection: number) => ({
  connectionTimeoutMillis: connection,
  statement_timeout: statement,
  query_timeout: statement + 1_000,
  ...idleLimit,
});

/** Milliseconds. Callers get a response within about ten seconds, even after one hanging statement. */
const requestDeadline = 4_000;
export const patientLimits = limitsWithin(60_000, 5_000);

interface OpenOptions {
  /** Timeout in milliseconds for the reserved connection, and for the others if theirs would be shorter. */
  readonly deadline?: number | undefined;
  /** Ends the wait, and rolls back an unfinished migration. */
  readonly stop?: AbortSignal | undefined;
}

/** Replicas that start together wait for one another on an advisory lock to migrate the schema. */
export async function openDatabase(
  url: string,
  onError: (error: Error) => void,
  { deadline = 1_000, stop }: OpenOptions = {},
): Promise<Database> {
  const open = (max: number, limits: PoolConfig): Pool =>
    openPool({ connectionString: url, keepAlive: true, max, ...limits }, onError);
  await migrateSchema({ url, deadline, stop }, onError);
  const pool = open(
    maxConnections.requests,
    limitsWithin(Math.max(requestDeadline, deadline), Math.max(3_000, deadline)),
  );
  const reserved = open(maxConnections.reserved, {
    ...limitsWithin(deadline, deadline),
    query_timeout: deadline,
  });
  const patient = open(maxConnections.patient, patientLimits);
  return {
    db: withTransactions(pool),
    reserved,
    patient: drizzle(patient),
    isReady: () =>
      reserved.query('select 1').then(
        () => true,
        () => false,
      ),
    isReadOnly: () =>
      reserved.query<{ state: string }>(`select current_setting('transaction_read_only') as state`).then(
        ({ rows }) => rows[0]?.state === 'on',
        () => false,
      ),
    close: async () => void (await Promise.all([pool.end(), reserved.end(), patient.end()])),
  };
}

function openPool(config: PoolConfig, onError: (error: Error) => void): Pool {
  const pool = new Pool(config);
  // The pool listens only to idle connections, but a connection in use can break too.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/**
 * Drizzle leaks the connection of a transaction whose BEGIN fails: ten such outages would exhaust the pool. This
 * database releases every connection, and the pool discards one that may be broken.
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

const migrationLock = 5_223_017;

/** Uses a separate connection without timeouts, because migrating a large table can take a long time. */
async function migrateSchema(
  { url, deadline, stop }: { readonly url: string; readonly deadline: number } & Pick<OpenOptions, 'stop'>,
  onError: (error: Error) => void,
): Promise<void> {
  const connectionTimeoutMillis = Math.max(5_000, deadline);
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis,
    keepAlive: true,
    ...idleLimit,
  });
  const end = (): void => void client.end().catch(onError);
  client.on('error', onError);
  await client.connect();
  stop?.addEventListener('abort', end, { once: true });
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
    });
  } finally {
    // Ending the session releases the lock.
    stop?.removeEventListener('abort', end);
    await client.end().catch(onError);
  }
}

/** PostgreSQL's code for a canceled statement. */
const statementTimeout = '57014';

/**
 * Serializes transactions on all replicas: waits for the lock with this name and holds it until the transaction ends.
 * @throws {AppError} `SERVER_BUSY` if another transaction holds the lock for too long
 */
export async function lockUntilCommit(
  transaction: Pick<NodePgDatabase, 'execute'>,
  name: string,
): Promise<void> {
  try {
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  } catch (error) {
    const cause = rootCause(error);
    if (cause instanceof DatabaseError && cause.code === statementTimeout)
      throw new AppError('SERVER_BUSY', 'Another change is in progress. Try again.');
    throw error;
  }
}
