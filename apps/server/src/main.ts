import { once } from 'node:events';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { EnvironmentError } from '@latchkey/environment';
import { createPermitDecider, createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { pino } from 'pino';
import { createApp } from './app.ts';
import { createTokenVerifier } from './auth/create-token-verifier.ts';
import { openBus } from './bus/open-bus.ts';
import { openDatabase } from './database/open-database.ts';
import { readEnv, type Env } from './env.ts';
import { logtoManagementOf, permitLimitsOf } from './sync/sync-settings.ts';
import { openDirectorySync } from './sync/open-directory-sync.ts';
import { untilKnownTo } from './sync/until-known.ts';

/** Reads the environment, opens what the server stands on, listens, and closes it all in reverse on a signal. */
async function main(env: Env): Promise<void> {
  const log = pino({ level: env.LOG_LEVEL });
  await using resources = new AsyncDisposableStack();

  const postgres =
    env.DATABASE_URL === undefined ? await openEmbeddedPostgres({ dataDir: env.DATA_DIR, log }) : undefined;
  resources.defer(() => postgres?.stop());
  const databaseUrl = env.DATABASE_URL ?? postgres?.url ?? '';
  const onError = (err: Error): void => log.error({ err }, 'database connection failed');

  const database = await openDatabase(databaseUrl, onError);
  resources.defer(() => database.close());

  const decider = createPermitDecider({ policy, url: env.PERMIT_PDP_URL, apiKey: env.PERMIT_API_KEY });
  resources.defer(() => decider.close());
  const bus = await openBus(databaseUrl, onError);
  resources.defer(() => bus.close());
  bus.subscribe((message) => {
    if (message.kind === 'invalidated') decider.invalidate(message);
  });
  const permit = { apiUrl: env.PERMIT_API_URL, apiKey: env.PERMIT_API_KEY };
  const directory = createPermitDirectory({
    ...permit,
    onChange: (invalidated) => bus.publish({ kind: 'invalidated', ...invalidated }),
  });

  const sync = await openDirectorySync({
    databaseUrl,
    db: database.db,
    bus,
    permit,
    limits: permitLimitsOf(env),
    logto: logtoManagementOf(env),
    sweepMinutes: env.SYNC_SWEEP_MINUTES,
    untilKnown: untilKnownTo(decider),
    log,
  });
  resources.defer(() => sync.close());

  const stopping = new AbortController();
  const issuer = `${env.LOGTO_ENDPOINT}/oidc`;
  const app = createApp({
    services: { db: database.db, decider, directory, bus, sync: sync.control, stopping: stopping.signal },
    verifyToken: createTokenVerifier({ issuer, audience: env.LOGTO_API_RESOURCE, jwksUrl: `${issuer}/jwks` }),
    admit: sync.admit,
    inbox: sync.inbox,
    signingKeys: env.LOGTO_WEBHOOK_SIGNING_KEYS,
    freshness: env.LOGTO_WEBHOOK_FRESHNESS,
    readiness: { database: () => database.isReady(), pdp: () => decider.isReady() },
    webConfig: {
      logto: { endpoint: env.LOGTO_ENDPOINT, appId: env.LOGTO_APP_ID },
      apiResource: env.LOGTO_API_RESOURCE,
    },
    webDist: env.WEB_DIST,
    log,
  });

  const server = app.listen(env.PORT, env.HOST);
  await once(server, 'listening');
  resources.defer(async () => {
    stopping.abort();
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 3_000).unref();
    await once(server, 'close');
  });
  log.info({ address: server.address() }, 'listening');

  const signal = await Promise.race(
    ['SIGINT', 'SIGTERM'].map((name) => once(process, name).then(() => name)),
  );
  log.info({ signal }, 'stopping');
}

try {
  await main(readEnv());
} catch (error) {
  // Written synchronously and in plain words: whoever starts the server reads this, not a log collector.
  console.error(error instanceof EnvironmentError ? error.message : error);
  process.exitCode = 1;
}
