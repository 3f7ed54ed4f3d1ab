import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { start as startLogto, type Emulator as Logto, type Seed } from '@latchkey/logto-emulator';
import type { Policy } from '@latchkey/permissions';
import { applyPolicy } from '@latchkey/permissions/policy';
import {
  start as startPermit,
  type Emulator as Permit,
  type Seed as PermitSeed,
} from '@latchkey/permit-emulator';
import { z } from 'zod';
import type { LogtoManagementOptions } from '../logto/logto-transport.ts';
import { connectManagementApi, type CallManagementApi, m2m, syncApplication } from './management-api.ts';

export interface EmulatorsOptions {
  /** `syncApplication` is added. Default: empty. */
  readonly logtoSeed?: Seed;
  /** The policy to apply. Default: none. */
  readonly policy?: Policy;
}

/** Connections for sync and the server. Disposing them stops the emulators. */
export interface EmulatorConnections extends AsyncDisposable {
  readonly logto: LogtoManagementOptions;
  readonly permit: PermitConnection;
}

export interface PermitConnection {
  readonly apiUrl: string;
  readonly pdpUrl: string;
  readonly apiKey: string;
}

export interface StartedLogto extends AsyncDisposable {
  /** For faults, sign-ins and waiting for webhooks. */
  readonly emulator: Logto;
  readonly connection: LogtoManagementOptions;
  readonly manage: CallManagementApi;
}

export interface StartedPermit extends AsyncDisposable {
  /** For faults and snapshots. */
  readonly emulator: Permit;
  readonly connection: PermitConnection;
}

export interface StartedEmulators extends EmulatorConnections {
  readonly emulators: { readonly logto: Logto; readonly permit: Permit };
  readonly manage: CallManagementApi;
}

/** Starts both emulators in this process, for tests that inject faults. */
export async function startEmulators({
  logtoSeed,
  policy,
}: EmulatorsOptions = {}): Promise<StartedEmulators> {
  await using stack = new AsyncDisposableStack();
  const logto = stack.use(await startLogtoEmulator(logtoSeed));
  const permit = stack.use(await startPermitEmulator(policy));
  const started = stack.move();
  return {
    emulators: { logto: logto.emulator, permit: permit.emulator },
    logto: logto.connection,
    permit: permit.connection,
    manage: logto.manage,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** With `shuffleLists`, lists have no fixed order, as in a real Logto; each number gives a different one. */
export async function startLogtoEmulator(
  logtoSeed: Seed = {},
  options: { readonly shuffleLists?: number; readonly refusePrivateWebhooks?: boolean } = {},
): Promise<StartedLogto> {
  const emulator = await startLogto({ ...options, seed: seedWithSync(logtoSeed) });
  return {
    emulator,
    connection: { endpoint: emulator.url, ...m2m },
    manage: await connectManagementApi(emulator),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

/** `propagationDelay`: milliseconds until the PDP sees a change. */
export async function startPermitEmulator(
  policy?: Policy,
  options: { readonly propagationDelay?: number; readonly hostedPdp?: boolean } = {},
): Promise<StartedPermit> {
  const emulator = await startPermit({
    ...options,
    port: 0,
    pdpPort: 0,
    opaPort: 'off',
    seed: policy && (await seedWith(policy)),
  });
  const connection = { apiUrl: emulator.url, pdpUrl: emulator.pdpUrl, apiKey: emulator.keys.environment };
  return { emulator, connection, [Symbol.asyncDispose]: () => emulator.close() };
}

const seeds = new Map<Policy, Promise<PermitSeed>>();

/** Once per policy and process: applying a policy takes twenty times as long as starting an emulator. */
function seedWith(policy: Policy): Promise<PermitSeed> {
  const seed = seeds.get(policy) ?? applyToEmulator(policy);
  seeds.set(policy, seed);
  return seed;
}

async function applyToEmulator(policy: Policy): Promise<PermitSeed> {
  const emulator = await startPermit();
  await applyPolicy(policy, { apiUrl: emulator.url, apiKey: emulator.keys.environment });
  await emulator.close();
  return emulator.snapshot();
}

const LogtoReady = z.looseObject({ url: z.url() });
const PermitReady = z.looseObject({
  url: z.url(),
  pdpUrl: z.url(),
  keys: z.looseObject({ environment: z.string() }),
});

/** In separate processes, so that benchmarks measure only their own. The seed is passed in a temporary file. */
export async function startEmulatorProcesses({
  logtoSeed = {},
  policy,
}: EmulatorsOptions = {}): Promise<EmulatorConnections> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const seedFile = join(folder, 'logto.json');
  await writeFile(seedFile, JSON.stringify(seedWithSync(logtoSeed)));
  const logto = stack.use(startEmulatorProcess('logto', ['--seed', seedFile]));
  const permit = stack.use(startEmulatorProcess('permit', ['--pdp-port', '0', '--opa-port', 'off']));
  const [{ url: endpoint }, { url: apiUrl, pdpUrl, keys }] = await Promise.all([
    logto.ready.then((line) => LogtoReady.parse(line)),
    permit.ready.then((line) => PermitReady.parse(line)),
  ]);
  const connection = { apiUrl, pdpUrl, apiKey: keys.environment };
  if (policy !== undefined) await applyPolicy(policy, connection);
  const started = stack.move();
  return {
    logto: { endpoint, ...m2m },
    permit: connection,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function seedWithSync(seed: Seed): Seed {
  return { ...seed, applications: [syncApplication, ...(seed.applications ?? [])] };
}

interface EmulatorProcess extends AsyncDisposable {
  /** The first line of output, parsed: the URLs and keys. */
  readonly ready: Promise<unknown>;
}

/** `args` are added to `--port 0 --json`. */
function startEmulatorProcess(name: 'logto' | 'permit', args: readonly string[]): EmulatorProcess {
  const cli = fileURLToPath(new URL(`../../../${name}-emulator/src/cli.ts`, import.meta.url));
  const child = spawn(process.execPath, [cli, '--port', '0', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    ready: new Promise((resolve) => {
      createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line)));
    }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}
