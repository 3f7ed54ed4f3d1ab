import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { policy } from '@latchkey/policy';
import { startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { Client } from 'pg';
import { deliver } from './deliver.ts';
import { signingKey } from './test-server.ts';

export interface RestartOptions {
  readonly restarts: number;
  /** Deliveries per second, alternating between two servers. */
  readonly perSecond: number;
}

export interface RestartReport {
  readonly acknowledged: number;
  /** The number of acknowledged deliveries that have no row. */
  readonly lost: number;
  /** The number of servers that exited by themselves. */
  readonly exited: number;
  /** Maximum number of connections to PostgreSQL of both servers. */
  readonly connections: number;
  /** Milliseconds from each signal to PostgreSQL until both servers are ready and accept deliveries again. */
  readonly recoveries: readonly number[];
}

/** Ends PostgreSQL repeatedly, alternating SIGKILL and a fast shutdown, while two servers receive deliveries. */
export async function restartPostgres({ restarts, perSecond }: RestartOptions): Promise<RestartReport> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-restarts-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  // This process supervises PostgreSQL, and restarts it on the same port.
  const postgres = await openEmbeddedPostgres({ dataDir, log: { info() {}, warn() {} } });
  stack.defer(() => postgres.stop());
  const { connection, emulator } = stack.use(await startPermitEmulator(policy));
  const environment = {
    DATABASE_URL: postgres.url,
    LOGTO_ENDPOINT: 'http://127.0.0.1:9',
    LOGTO_APP_ID: 'spa',
    LOGTO_API_RESOURCE: 'https://api.latchkey.example',
    LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
    PERMIT_API_URL: connection.apiUrl,
    PERMIT_PDP_URL: emulator.pdpUrl,
    PERMIT_API_KEY: connection.apiKey,
  };
  const servers = [await startServerProcess(environment), await startServerProcess(environment)];
  stack.defer(async () => void (await Promise.all(servers.map((server) => server.stop()))));
  const pids = servers.map(({ pid }) => pid);

  const acknowledged: string[] = [];
  let sending = true;
  const send = async (server: ServerProcess): Promise<boolean> => {
    const nonce = randomUUID();
    const event = { createdAt: new Date().toISOString(), event: 'Identifier.Lockout', nonce };
    const accepted = await deliver(server.url, JSON.stringify(event)).then(
      ([status]) => status === 200,
      () => false,
    );
    if (accepted) acknowledged.push(nonce);
    return accepted;
  };
  const load = (async () => {
    const inFlight: Promise<unknown>[] = [];
    // oxlint-disable-next-line no-unmodified-loop-condition -- ends when the restarts are over
    for (let index = 0; sending; index++) {
      const server = servers[index % servers.length];
      if (server !== undefined) inFlight.push(send(server));
      await sleep(1_000 / perSecond);
    }
    await Promise.all(inFlight);
  })();
  const isWell = async (server: ServerProcess): Promise<boolean> => {
    // Excludes Logto's keys, because this test has no Logto.
    const ready = await fetch(`${server.url}/readyz?exclude=jwks`).then(
      ({ status }) => status === 200,
      () => false,
    );
    return ready && (await send(server));
  };

  const recoveries: number[] = [];
  let connections = 0;
  for (let index = 0; index < restarts; index++) {
    await sleep(500);
    connections = Math.max(connections, await countConnections(postgres.url));
    const began = performance.now();
    await endPostgres(dataDir, index % 2 === 0 ? 'SIGKILL' : 'SIGINT');
    await sleep(50);
    while (!(await Promise.all(servers.map(isWell))).every(Boolean)) {
      if (performance.now() - began > 60_000)
        throw new Error('Not well a minute after PostgreSQL was ended.');
      await sleep(50);
    }
    recoveries.push(Math.round(performance.now() - began));
    connections = Math.max(connections, await countConnections(postgres.url));
  }
  sending = false;
  await load;
  return {
    acknowledged: acknowledged.length,
    lost: await countMissing(postgres.url, acknowledged),
    exited: pids.filter((pid) => !isAlive(pid)).length,
    connections,
    recoveries,
  };
}

/** Ends the PostgreSQL process of `openEmbeddedPostgres`, which then starts another one. */
async function endPostgres(dataDir: string, signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  const pidFile = await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8');
  process.kill(Number(pidFile.split('\n')[0]), signal);
}

/** The number of connections to PostgreSQL, excluding the one that counts them. */
async function countConnections(url: string): Promise<number> {
  const [row] = await query<{ count: number }>(
    url,
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return row?.count ?? 0;
}

/** Runs a query on a separate connection. */
async function query<Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** The number of these deliveries without a row. */
async function countMissing(url: string, nonces: readonly string[]): Promise<number> {
  const rows = await query<{ nonce: string }>(
    url,
    `select body::json->>'nonce' as nonce from webhook_deliveries where event = 'Identifier.Lockout'`,
  );
  const stored = new Set(rows.map(({ nonce }) => nonce));
  return nonces.filter((nonce) => !stored.has(nonce)).length;
}

/** Whether a process is still running. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
