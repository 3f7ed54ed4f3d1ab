import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectManagementApi,
  idOf,
  m2m,
  syncApplication,
  type CallManagementApi,
} from '@latchkey/directory-sync/testing';
import { start as startLogto, type Emulator as Logto } from '@latchkey/logto-emulator';
import { createPermitDirectory, type PermitDirectory } from '@latchkey/permissions/permit';
import { applyPolicy } from '@latchkey/permissions/policy';
import { start as startPermit, type Emulator as Permit } from '@latchkey/permit-emulator';
import { policy } from '@latchkey/policy';
import { afterFile } from './after-file.ts';
import type { Fault, Upstream } from './fault-matrix.ts';
import { startFaultPostgres, type FaultPostgres } from './fault-postgres.ts';
import { startFaultProxy, type FaultProxy, startFaultSplit } from './fault-proxy.ts';
import { freshDatabase } from './fresh-database.ts';
import { startTestIssuer, type TestIssuer } from './test-issuer.ts';
import { startTestServer, type TestServer } from './test-server.ts';
import type { Deadlines } from '../wiring/service-settings.ts';

/**
 * One row of the table of faults: a server with fault injection for one of its services. Closed after the test file.
 */
export interface FaultRow {
  readonly server: TestServer;
  readonly issuer: TestIssuer;
  /** Permit's directory, bypassing the faults. */
  readonly permit: PermitDirectory<typeof policy>;
  /** Creates a user in Logto, bypassing the faults, and returns the id. */
  readonly newUser: () => Promise<string>;
  /** Every line that the server has logged. */
  readonly log: readonly string[];
  /** Injects the fault. Disposing the result ends it; a restart ends by itself, and the disposal waits for it. */
  readonly make: (fault: Fault) => Promise<AsyncDisposable>;
}

/** A service that is really stopped, and restarted at the same address with the same data. */
interface Restartable<Running> {
  readonly running: () => Running;
  readonly restart: () => Promise<void>;
}

/** @param start - starts the service with its data in the folder, on the ports of the instance `before`, if any */
async function restartable<Running extends { close(): Promise<void> }>(
  start: (dataDir: string, before?: Running) => Promise<Running>,
): Promise<Restartable<Running>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-faults-'));
  let running = await start(dataDir);
  afterFile(async () => {
    await running.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    running: () => running,
    async restart() {
      await running.close();
      running = await start(dataDir, running);
    },
  };
}

const portOf = (url: string | undefined): number => Number(url === undefined ? 0 : new URL(url).port);

const openPermit = (): Promise<Restartable<Permit>> =>
  restartable((dataDir, before) =>
    startPermit({ dataDir, port: portOf(before?.url), pdpPort: portOf(before?.pdpUrl) }),
  );

const openLogto = (): Promise<Restartable<Logto>> =>
  restartable((dataDir, before) =>
    startLogto({ dataDir, port: portOf(before?.url), seed: { applications: [syncApplication] } }),
  );

const logtoPatience = 60_000;

/**
 * Milliseconds. Shorter than other deadlines, because this one must expire, yet far above the 300 ms of a slow
 * response, because a write needs several responses.
 */
const faultyDeadline = 10_000;
/** Milliseconds. This deadline also covers waiting for a connection, which takes long on a busy machine. */
const databaseDeadline = 10_000;
const faultyDeadlines: Readonly<Record<Upstream, Deadlines>> = {
  PostgreSQL: { database: databaseDeadline },
  "Permit's API": { permitApi: faultyDeadline },
  'the PDP': { pdp: faultyDeadline },
  "Logto's JWKS": { jwks: faultyDeadline },
  "Logto's token endpoint": {},
  "Logto's Management API": {},
};

const origin = (url: string): string => url.replace(/\/$/, '');

export async function startFaultRow(upstream: Upstream): Promise<FaultRow> {
  const [permit, logto, issuer] = await Promise.all([openPermit(), openLogto(), startTestIssuer()]);
  const { url: apiUrl, pdpUrl, keys } = permit.running();
  await applyPolicy(policy, { apiUrl, apiKey: keys.environment });
  const manage: CallManagementApi = async (...call) => (await connectManagementApi(logto.running()))(...call);
  const postgres = upstream === 'PostgreSQL' ? await startFaultPostgres() : undefined;

  const addresses = {
    PostgreSQL: postgres?.url ?? (await freshDatabase()),
    "Permit's API": apiUrl,
    'the PDP': pdpUrl,
    "Logto's JWKS": issuer.jwksUrl,
    "Logto's token endpoint": logto.running().url,
    "Logto's Management API": logto.running().url,
  };
  const proxy = await startFaultProxy(addresses[upstream]);
  const through = (one: Upstream): string =>
    one === upstream ? origin(proxy.through(addresses[one])) : addresses[one];
  const split = await startFaultSplit((path) =>
    through(path.startsWith('/oidc/token') ? "Logto's token endpoint" : "Logto's Management API"),
  );

  const log: string[] = [];
  const server = await startTestServer({
    databaseUrl: through('PostgreSQL'),
    upstreams: { permit: permit.running(), issuer },
    logto: {
      endpoint: upstream === "Logto's token endpoint" ? split.url : through("Logto's Management API"),
      ...m2m,
      deadline: upstream.startsWith('Logto') ? faultyDeadline : logtoPatience,
    },
    addresses: { permitApi: through("Permit's API"), pdp: through('the PDP'), jwks: through("Logto's JWKS") },
    deadlines: faultyDeadlines[upstream],
    onLog: (line) => log.push(line),
  });
  // Makes the server fetch and cache the signing key.
  const someone = await server.as('someone');
  await someone.session.me.query();

  const restart: Readonly<Record<Upstream, () => Promise<void>>> = {
    PostgreSQL: async () => postgres?.kill(),
    "Permit's API": permit.restart,
    'the PDP': permit.restart,
    "Logto's JWKS": issuer.restart,
    "Logto's token endpoint": logto.restart,
    "Logto's Management API": logto.restart,
  };
  let logtoClock = 0;
  return {
    server,
    issuer,
    permit: createPermitDirectory({ policy, apiUrl, apiKey: keys.environment, deadline: 60_000 }),
    newUser: async () =>
      idOf(await manage('POST', '/users', { username: `user_${crypto.randomUUID().slice(0, 8)}` })),
    log,
    make(fault) {
      // Makes the server's Management API token expire, so that it needs another one.
      if (upstream === "Logto's token endpoint") logto.running().setClock((logtoClock += 2 * 3_600_000));
      return makeFault(fault, { proxy, postgres, restart: restart[upstream] });
    },
  };
}

interface FaultMakers {
  readonly proxy: FaultProxy;
  readonly postgres: FaultPostgres | undefined;
  readonly restart: () => Promise<void>;
}

async function makeFault(fault: Fault, { proxy, postgres, restart }: FaultMakers): Promise<AsyncDisposable> {
  if (fault === 'restarted') {
    const restarting = restart();
    return { [Symbol.asyncDispose]: () => restarting };
  }
  if (fault === 'disk full' && postgres !== undefined) return postgres.fillDisk();
  const end = async (): Promise<void> => {
    await proxy.set('refused');
    await proxy.set('none');
  };
  if (postgres !== undefined && (fault === 'slow' || fault === 'too slow')) {
    // Open connections are preserved, because opening one takes several responses.
    await proxy.set('slow', fault === 'slow' ? {} : { lateBy: 2 * databaseDeadline });
    return { [Symbol.asyncDispose]: end };
  }
  // Breaks open connections first, so that calls open new ones, to which the fault also applies.
  await proxy.set('refused');
  if (fault === 'out of connections' && postgres !== undefined) {
    const taken = await postgres.exhaustConnections();
    await proxy.set('none');
    return taken;
  }
  if (fault !== 'disk full' && fault !== 'out of connections' && fault !== 'too slow') await proxy.set(fault);
  return { [Symbol.asyncDispose]: end };
}
