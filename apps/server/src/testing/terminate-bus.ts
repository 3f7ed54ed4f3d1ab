import { Client } from 'pg';

/** Ends the connections of all replicas to their bus, as an operator or a failover does. */
export async function terminateBus(databaseUrl: string): Promise<void> {
  const admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'latchkey-bus' and datname = current_database()`);
  await admin.end();
}
