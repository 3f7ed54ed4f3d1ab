import { Client } from 'pg';

/**
 * Ends all replicas' connections to their bus, like an operator or a failover; `then` is a statement that runs before
 * they reconnect.
 */
export async function terminateBus(databaseUrl: string, then = 'select 1'): Promise<void> {
  const admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'latchkey-bus' and datname = current_database()`);
  await admin.query(then);
  await admin.end();
}
