import { getRequestListener } from '@hono/node-server';
import { createFaults, listen, openStore, type Faults, type Listening } from '@latchkey/emulator-kit';
import type { Hono } from 'hono';
import { createClock, type Clock } from './clock.ts';
import { createApiApp } from './http/api-app.ts';
import { createControlApp } from './http/control-app.ts';
import { dispatch, lazyPages } from './http/dispatch.ts';
import type { Account } from './model/account.ts';
import { developmentKeys } from './model/development-keys.ts';
import { defaultEnvironment, openDefaultAccount, type Opened } from './open-account.ts';
import type { Addresses } from './page/overview.ts';
import { createPdpApp } from './pdp/app.ts';
import { createDecisionLog } from './pdp/decision-log.ts';
import { createOpaApp } from './pdp/opa-app.ts';
import type { KongRoute } from './pdp/pdp-context.ts';
import type { Seed } from './seed.ts';
import { takeSnapshot } from './snapshot.ts';

export interface StartOptions {
  /** The management API; 0, the default, picks a free port. */
  readonly port?: number | undefined;
  readonly pdpPort?: number | undefined;
  /** The OPA listener, which `check(..., { useOpa: true })` expects on 8181; `'off'`, the default, has none. */
  readonly opaPort?: number | 'off' | undefined;
  /** The interface; loopback unless told otherwise. */
  readonly host?: string | undefined;
  /** What there is in the beginning; ignored when `dataDir` holds something already. */
  readonly seed?: Seed | undefined;
  /** Keeps the state in this folder; in memory when absent. */
  readonly dataDir?: string | undefined;
  /** Milliseconds until the PDP sees what was written to the API. */
  readonly propagationDelay?: number | undefined;
  /** The key of the default environment, in place of the documented development key. */
  readonly key?: string | undefined;
  /** Turns `/kong` on: which paths mean which resource types. */
  readonly kongRoutes?: readonly KongRoute[] | undefined;
  /** Whether the vendor's known bugs are reproduced; `true` unless told otherwise. */
  readonly vendorQuirks?: boolean | undefined;
}

export interface Emulator {
  /** The management API: `apiUrl` of the SDK. */
  readonly url: string;
  /** The PDP: `pdp` of the SDK. */
  readonly pdpUrl: string;
  readonly opaUrl: string | undefined;
  /** Why there is no OPA listener although one was wanted. */
  readonly opaError: Error | undefined;
  /** For the default environment, its project, and the organization. */
  readonly keys: { readonly environment: string; readonly project: string; readonly organization: string };
  readonly projectId: string;
  readonly environmentId: string;
  readonly faults: Faults;
  /** The time that records and audit logs are stamped with. */
  readonly clock: Clock;
  /** Everything there is as a seed. */
  snapshot(): Seed;
  /** Back to the seed, whatever has happened since. Ids of projects and environments, and the keys, stay the same. */
  reset(): void;
  /** May be called more than once. */
  close(): Promise<void>;
}

/** Starts the emulator. Rejects with `PortInUseError` when a port is taken, and then nothing is left running. */
export async function start(options: StartOptions = {}): Promise<Emulator> {
  const store = openStore({ dir: options.dataDir });
  const keys = { ...developmentKeys, environment: options.key ?? developmentKeys.environment };
  const clock = createClock();
  let opened: Opened;
  try {
    opened = openDefaultAccount({ store, clock }, options, keys);
  } catch (error) {
    store.close();
    throw error;
  }
  const faults = createFaults();
  const decisions = createDecisionLog();
  const account = (): Account => opened.account;
  const listening: Listening[] = [];
  let addresses: Addresses = { url: '', pdpUrl: '', opaUrl: undefined };

  const stop = async (): Promise<void> => {
    await Promise.all(listening.map((server) => server.close()));
    opened.account.close();
    store.close();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop());
  const reset = (): void => {
    opened.account.close();
    store.clear();
    decisions.clear();
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
  const pages = lazyPages({
    account,
    decisions,
    defaultEnvironment: () => defaultEnvironment(opened),
    addresses: () => addresses,
  });
  const serve = async (app: Hono, port: number): Promise<Listening> => {
    const handler = getRequestListener(
      dispatch({ app, control, pages, isLocal: options.host === undefined }),
    );
    const server = await listen(
      faults.around((request, response) => void handler(request, response)),
      { port, ...(options.host !== undefined && { host: options.host }) },
    );
    listening.push(server);
    return server;
  };

  try {
    const apiApp = createApiApp({ account, decisions });
    const pdpApp = createPdpApp({
      account,
      decisions,
      api: apiApp,
      defaultEnvironment: () => defaultEnvironment(opened),
      kongRoutes: options.kongRoutes,
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

/** The OPA listener is wanted by few: a port that is taken does not stop the rest. */
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
