import { Client } from 'pg';

/**
 * A connection that shows that this process has the folder open: it holds an advisory lock in shared mode. PostgreSQL
 * releases the lock when the connection ends, also after a kill -9.
 */
export interface Keeper {
  /** Resolves when the connection has ended, with the SQLSTATE or the system's code of the reason. Never rejects. */
  readonly lost: Promise<string>;
  /**
   * Gives the lock back.
   * @returns whether no other process holds it: this one may then stop PostgreSQL, and whoever joins meanwhile waits
   * @throws when the connection is lost
   */
  release(): Promise<boolean>;
  end(): Promise<void>;
}

const IN_USE_LOCK = 0x1a7c;
const CONNECT_TIMEOUT_MS = 5_000;

/** @throws when PostgreSQL does not accept the connection */
export async function openKeeper(url: string): Promise<Keeper> {
  const client = new Client({
    connectionString: url,
    application_name: 'latchkey-keeper',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  let reason = 'unknown';
  // This listener stays for ever: an `error` without a listener would end the process.
  client.on('error', (error) => {
    if (reason === 'unknown' && 'code' in error && typeof error.code === 'string') reason = error.code;
  });
  const lost = new Promise<string>((resolve) => {
    client.once('end', () => resolve(reason));
  });
  const end = (): Promise<void> => client.end().catch(() => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE_LOCK]);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    lost,
    async release() {
      await client.query('select pg_advisory_unlock_shared($1)', [IN_USE_LOCK]);
      const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [
        IN_USE_LOCK,
      ]);
      return rows[0]?.last === true;
    },
    end,
  };
}
