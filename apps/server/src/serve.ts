import { once } from 'node:events';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { whenDatabaseAnswers } from './platform/database/outage.ts';
import { readEnv, removedVariablesIn, type Env } from './env.ts';
import { createDrain, createHttpServer } from './platform/http/create-http-server.ts';
import { rateLimits } from './platform/http/limits/rate-limits.ts';
import { createLogger } from './platform/log/create-logger.ts';
import { describeError } from './platform/log/describe-error.ts';
import { createScrape } from './wiring/create-scrape.ts';
import { openMetricsServer } from './platform/metrics/metrics-server.ts';
import { explainStartFailure } from './start-failure.ts';
import type { ServiceSettings } from './wiring/service-settings.ts';
import { settingsFromEnv } from './wiring/settings-from-env.ts';
import { openServices } from './wiring/open-services.ts';
import type { Tracing } from './platform/tracing/open-tracing.ts';

/** Starts the server from the environment, and shuts down in reverse order on a signal. */
async function main(env: Env): Promise<void> {
  const log = createLogger(env.LOG_LEVEL);
  endOnUnexpectedErrors(log);
  const variables = removedVariablesIn();
  if (variables.length > 0) log.warn({ variables }, 'these environment variables have no effect any more');
  await using resources = new AsyncDisposableStack();
  // Registered before anything is started, so that a signal during start-up closes everything in order.
  const stop = new AbortController();
  const stopSignal = Promise.race(['SIGINT', 'SIGTERM'].map((name) => once(process, name).then(() => name)));
  void stopSignal.then(() => stop.abort());

  // Optional modules are loaded only when configured.
  const postgres =
    env.DATABASE_URL === undefined
      ? await (
          await import('@latchkey/embedded-postgres')
        ).openEmbeddedPostgres({ dataDir: env.DATA_DIR, log })
      : undefined;
  resources.defer(() => postgres?.stop());
  const metrics =
    env.METRICS_PORT === undefined
      ? undefined
      : (await import('./platform/metrics/prometheus.ts')).createMetrics();
  const tracing = await loadTracing(env, log);
  resources.defer(() => tracing?.close());
  const settings: ServiceSettings = {
    ...settingsFromEnv(env),
    databaseUrl: env.DATABASE_URL ?? postgres?.url ?? '',
    observer: metrics,
    tracing,
    stop: stop.signal,
    log,
  };
  const patient = { stop: stop.signal, log };
  const services = resources.use(await whenDatabaseAnswers(() => openServices(settings), patient));
  const mcp = settings.tokens.delegated;
  const drain = createDrain();
  const app = createApp({
    services,
    drain,
    signingKeys: env.LOGTO_WEBHOOK_SIGNING_KEYS,
    freshness: env.LOGTO_WEBHOOK_FRESHNESS,
    rateLimits,
    trustProxy: env.TRUST_PROXY,
    webConfig: {
      logto: { endpoint: env.LOGTO_ENDPOINT, appId: env.LOGTO_APP_ID },
      apiResource: env.LOGTO_API_RESOURCE,
    },
    consoleUrl: env.CONSOLE_URL,
    mcp: mcp === undefined ? undefined : { resource: mcp, issuer: settings.tokens.issuer },
    webDist: env.WEB_DIST,
    observer: metrics,
    tracing,
    log,
  });

  if (metrics !== undefined && env.METRICS_PORT !== undefined) {
    const { address, close } = await openMetricsServer({
      host: env.METRICS_HOST,
      port: env.METRICS_PORT,
      read: createScrape(metrics, services, log),
      onError: (err) => log.error({ err }, 'the metrics cannot be read'),
    });
    resources.defer(close);
    log.info({ address }, 'metrics');
  }
  const server = createHttpServer(app);
  server.listen(env.PORT, env.HOST);
  await once(server, 'listening');
  resources.defer(async () => {
    services.stop();
    await drain.close(server);
  });
  await whenDatabaseAnswers(() => services.onListening(), patient);
  log.info({ address: server.address() }, 'listening');

  log.info({ signal: await stopSignal }, 'stopping');
}

async function loadTracing(env: Env, log: Logger): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName } = env;
  if (endpoint === undefined) return undefined;
  const { openTracing } = await import('./platform/tracing/open-tracing.ts');
  return openTracing({ endpoint, serviceName, ratio: env.OTEL_TRACES_SAMPLER_ARG, log });
}

/** Ends the process on an unexpected error. Does not log the error's text, which may contain values. */
function endOnUnexpectedErrors(log: Logger): void {
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'an unexpected error ends the server');
    process.exit(1);
  });
}

let env: Env | undefined;
try {
  env = readEnv();
  await main(env);
} catch (error) {
  // Written immediately and in plain text for the operator, not for a log collector.
  console.error(explainStartFailure(error, env));
  if (env?.LOG_LEVEL === 'debug' || env?.LOG_LEVEL === 'trace')
    console.error(JSON.stringify(describeError(error), undefined, 2));
  process.exitCode = 1;
}
