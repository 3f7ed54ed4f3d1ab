import {
  createFaults,
  listen,
  openStore,
  type Faults,
  type Listening,
  type Store,
} from '@latchkey/emulator-kit';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { createClock, type Clock } from './clock.ts';
import { createControlApp } from './http/control-app.ts';
import { takeSnapshot } from './snapshot.ts';
import { createApiApp } from './http/api-app.ts';
import { notFound } from './errors.ts';
import type { Environment } from './model/environment.ts';
import type { KongRoute } from './pdp/pdp-context.ts';
import { newApiKey, openAccount, type Account } from './model/account.ts';
import { developmentKeys } from './model/development-keys.ts';
import { createDecisionLog } from './pdp/decision-log.ts';
import { createOpaApp } from './pdp/opa-app.ts';
import type { Addresses } from './page/overview.ts';
import { mountPages } from './page/page-app.ts';
import { createPdpApp } from './pdp/app.ts';
import { applySeed, blankEnvironment, blankProject, parseSeed, type Seed } from './seed.ts';

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

interface Opened {
  readonly account: Account;
  readonly projectId: string;
  readonly environmentId: string;
}

/** The account as the store holds it, or a fresh one with the seed in it. */
function open(
  { store, clock }: { store: Store; clock: Clock },
  options: StartOptions,
  keys: Emulator['keys'],
): Opened {
  const account = openAccount({
    store,
    now: () => clock.now(),
    propagationDelay: options.propagationDelay ?? 0,
    vendorQuirks: options.vendorQuirks ?? true,
  });
  return store.batch(() => {
    const isNew = account.projects.size === 0;
    const project = isNew
      ? account.createProject(blankProject('default', 'Default Project'))
      : account.project('default');
    const record = isNew
      ? account.createEnvironment(project, blankEnvironment('dev', 'Development'))
      : account.environmentRecord(project, 'dev');
    if (isNew) account.createEnvironment(project, blankEnvironment('prod', 'Production'));
    const ids = { project_id: project.id, environment_id: record.id };
    ensureKey(account, keys.environment, ids);
    ensureKey(account, keys.project, { ...ids, environment_id: null });
    ensureKey(account, keys.organization, { project_id: null, environment_id: null });
    if (isNew && options.seed !== undefined) {
      applySeed(account, account.environment(record), parseSeed(options.seed));
    }
    return { account, projectId: project.id, environmentId: record.id };
  });
}

function ensureKey(
  account: Account,
  secret: string,
  ids: { readonly project_id: string | null; readonly environment_id: string | null },
): void {
  if (account.keyOf(secret) === undefined) newApiKey(account, { ...ids, secret, name: 'Development key' });
}

function defaultEnvironment({ account, environmentId }: Opened): Environment {
  const record = account.environmentRecords.get(environmentId);
  if (record === undefined) throw notFound('Environment', environmentId);
  return account.environment(record);
}

/** Starts the emulator. Rejects with `PortInUseError` when a port is taken, and then nothing is left running. */
export async function start(options: StartOptions = {}): Promise<Emulator> {
  const store = openStore({ dir: options.dataDir });
  const keys = { ...developmentKeys, environment: options.key ?? developmentKeys.environment };
  const clock = createClock();
  let opened = open({ store, clock }, options, keys);
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
    opened = open({ store, clock }, options, keys);
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
  const serve = async (app: Hono, port: number): Promise<Listening> => {
    const handler = getRequestListener((request) =>
      new URL(request.url).pathname.startsWith('/_emulator/') ? control.fetch(request) : app.fetch(request),
    );
    const server = await listen(
      faults.around((request, response) => void handler(request, response)),
      { port, ...(options.host !== undefined && { host: options.host }) },
    );
    listening.push(server);
    return server;
  };

  try {
    const apiApp = createApiApp({ account, decisions, faults });
    mountPages(apiApp, {
      account,
      decisions,
      defaultEnvironment: () => defaultEnvironment(opened),
      addresses: () => addresses,
    });
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
