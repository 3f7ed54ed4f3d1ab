import { getRequestListener } from '@hono/node-server';
import {
  createFaults,
  type Faults,
  listen,
  type Listening,
  openStore,
  PortInUseError,
} from '@latchkey/emulator-kit';
import type { Hono } from 'hono';
import { type Clock, createClock } from './clock.ts';
import type { Addresses } from './console/view.ts';
import {
  type DefaultAccountOptions,
  type DefaultAccount,
  defaultEnvironment,
  developmentKeys,
  type Keys,
  openDefaultAccount,
} from './default-account.ts';
import { createApiApp } from './http/app.ts';
import { createControlApp } from './http/control-app.ts';
import { dispatch, lazyConsole } from './http/dispatch.ts';
import { freePlan, hostedPdp, limitRates, refuseConditions } from './http/permit-cloud.ts';
import type { Account } from './model/account.ts';
import { createDecisionLog } from './pdp/decision-log.ts';
import { createOpaApp } from './pdp/opa-app.ts';
import { createPdpApp } from './pdp/pdp-app.ts';
import type { Seed } from './seed.ts';
import { takeSnapshot } from './snapshot.ts';

/** Options of `start`. All are optional; `undefined` is treated as absent. */
export interface StartOptions extends DefaultAccountOptions {
  /** The port of the management API. Default: 0, a free port. */
  readonly port?: number | undefined;
  /** The port of the PDP. Default: 0, a free port. */
  readonly pdpPort?: number | undefined;
  /**
   * The port of the OPA listener, which `check(..., { useOpa: true })` expects on 8181. Default: `'off'`, no
   * listener.
   */
  readonly opaPort?: number | 'off' | undefined;
  /** The network interface. Default: loopback, this machine only. */
  readonly host?: string | undefined;
  /** The folder that stores the state. Default: none, the state is in memory. */
  readonly dataDir?: string | undefined;
  /** The key of the default environment. Default: `developmentKeys.environment`. */
  readonly key?: string | undefined;
  /** Whether to apply the rate limits of Permit's free plan to the management API: 429 above them. Default: `false`. */
  readonly freePlan?: boolean | undefined;
}

/** A running emulator. */
export interface Emulator {
  /** The URL of the management API: `apiUrl` of the SDK. No trailing slash. */
  readonly url: string;
  /** The URL of the PDP: `pdp` of the SDK. No trailing slash. */
  readonly pdpUrl: string;
  /** The URL of the OPA listener; `undefined` when there is none. */
  readonly opaUrl: string | undefined;
  /** Why the OPA listener did not start although `opaPort` asks for one. */
  readonly opaError: Error | undefined;
  /** The API keys of the default environment, of its project, and of the organization. */
  readonly keys: Keys;
  readonly projectId: string;
  readonly environmentId: string;
  /** The faults of the management API, the PDP and OPA. Add one to make requests fail. */
  readonly faults: Faults;
  /** The clock for the timestamps of records and audit logs. */
  readonly clock: Clock;
  /** Returns the whole state as a seed: `start({ seed: snapshot })` has the same policy and facts, with new ids. */
  snapshot(): Seed;
  /**
   * Returns to the seed and clears faults, decisions and the clock. The ids of projects and environments and the
   * keys stay the same.
   */
  reset(): void;
  /** Stops listening and closes the data folder. May be called more than once. */
  close(): Promise<void>;
}

/**
 * Starts the emulator, and resolves when it accepts requests.
 * @throws PortInUseError when a port is taken; then nothing is left running. `opaPort` is an exception: see
 * `opaError`.
 * @throws ValidationError when the seed is invalid. Its `detail` lists every mistake.
 * @throws an error with the code `STORE_LOCKED` when another process uses `dataDir`.
 */
export async function start(options: StartOptions = {}): Promise<Emulator> {
  const store = openStore({ dir: options.dataDir });
  const keys = { ...developmentKeys, environment: options.key ?? developmentKeys.environment };
  const clock = createClock();
  let opened: DefaultAccount;
  try {
    opened = openDefaultAccount({ store, clock }, options, keys);
  } catch (error) {
    store.close();
    throw error;
  }
  const faults = createFaults();
  const decisions = createDecisionLog(store);
  const account = (): Account => opened.account;
  const listening: Listening[] = [];
  let addresses: Addresses = { url: '', pdpUrl: '', opaUrl: undefined };

  const stop = async (): Promise<void> => {
    await Promise.all(listening.map((server) => server.close()));
    opened.account.close();
    decisions.close();
    store.close();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop());
  const reset = (): void => {
    opened.account.close();
    decisions.clear();
    store.clear();
    faults.clear();
    clock.reset();
    opened = openDefaultAccount({ store, clock }, options, keys);
  };
  const snapshot = (): Seed => takeSnapshot(opened.account, opened.environmentId);
  const control = createControlApp({
    faults,
    clock,
    decisions,
    environmentId: () => opened.environmentId,
    reset,
    snapshot,
  });
  const pages = lazyConsole({
    account,
    decisions,
    defaultEnvironment: () => defaultEnvironment(opened),
    addresses: () => addresses,
  });
  const serve = async (app: Hono, port: number): Promise<Listening> => {
    const handler = getRequestListener(
      dispatch({ app, control, pages, isLocal: options.host === undefined }),
    );
    const server = await listenRetrying(port, (chosen) =>
      listen(
        faults.around((request, response) => void handler(request, response)),
        { port: chosen, ...(options.host !== undefined && { host: options.host }) },
      ),
    );
    listening.push(server);
    return server;
  };

  try {
    const limited = options.freePlan === true;
    const apiApp = createApiApp({
      account,
      decisions,
      limits: limited ? limitRates(freePlan, clock) : undefined,
    });
    const pdpApp = createPdpApp({
      account,
      decisions,
      api: apiApp,
      hosted: options.hostedPdp === true ? [limitRates(hostedPdp, clock), refuseConditions] : [],
    });
    const api = await serve(apiApp, options.port ?? 0);
    const pdp = await serve(pdpApp, options.pdpPort ?? 0);
    const opa = await serveOpa(options.opaPort ?? 'off', (port) =>
      serve(createOpaApp({ account, decisions, defaultEnvironment: () => defaultEnvironment(opened) }), port),
    );
    addresses = { url: api.url, pdpUrl: pdp.url, opaUrl: opa.opaUrl };
    return {
      url: api.url,
      pdpUrl: pdp.url,
      ...opa,
      keys,
      projectId: opened.projectId,
      environmentId: opened.environmentId,
      faults,
      clock,
      snapshot,
      reset,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Most users do not need this listener, so the emulator starts without it when its port is taken. */
async function serveOpa(
  port: number | 'off',
  serve: (port: number) => Promise<Listening>,
): Promise<{ opaUrl: string | undefined; opaError: Error | undefined }> {
  if (port === 'off') return { opaUrl: undefined, opaError: undefined };
  try {
    return { opaUrl: (await serve(port)).url, opaError: undefined };
  } catch (error) {
    return { opaUrl: undefined, opaError: error instanceof Error ? error : new Error(String(error)) };
  }
}

const ATTEMPTS = 10;

/**
 * Another process can take a *free* port between its choice and its use. A requested port is tried once.
 * @internal exported for its test
 */
export async function listenRetrying(
  port: number,
  listen: (port: number) => Promise<Listening>,
): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listen(port);
    } catch (error) {
      if (port !== 0 || attempt === ATTEMPTS || !(error instanceof PortInUseError)) throw error;
    }
  }
}
