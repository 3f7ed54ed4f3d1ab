import { existsSync, mkdirSync, rmSync, writeFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { waitUntilReady } from './http.ts';
import { logtoSeed, updateLogtoAddresses, grantsRoles, seedPermit } from './seed-vendors.ts';
import { seedPast } from './seed-past.ts';
import { root, SettingsError } from './settings.ts';
import type { StartContext, Supervisor } from './supervisor.ts';

/** The timeout of the whole start-up. A slow machine needs far less: when it expires, something hangs. */
export const READY_TIMEOUT_MS = 300_000;

/** In parallel, each service after its dependencies. Resolves when all are ready. */
export async function bringUp(context: StartContext): Promise<void> {
  const { settings, report, supervisor } = context;
  const signal = AbortSignal.any([supervisor.signal, AbortSignal.timeout(READY_TIMEOUT_MS)]);
  const ready = (name: string, url: string): Promise<void> =>
    report.step(name, async () => {
      await waitUntilReady(url, signal);
      return new URL(url).origin;
    });

  const logto = startLogto(context, signal);
  const seeded = startPermit(context, signal).then(() => seedPermit(context));
  // Roles are granted before the server starts, because it reads all members at its first start: users who get a role
  // later would be missing until a sweep.
  const roles = grantsRoles(settings) ? seeded : undefined;
  // By default, V8 would allocate 128 MiB for the young generation, of which the server needs 16, and collect large
  // responses late.
  const memory = ['--max-semi-space-size=8', '--optimize-for-size'];
  const program = settings.web === 'development' ? 'apps/server/src/main.ts' : builtServer;
  // The server lists the web app's files when it starts.
  const web = Promise.all([startWeb(context), roles]).then(() => {
    supervisor.run('server', { args: [...memory, program] });
  });
  await Promise.all([
    web,
    logto,
    seeded,
    // A live PDP does not know the policy until an administrator applies it.
    ready(
      'Server',
      `${settings.serverUrl}/readyz${settings.permit.emulatorPorts === undefined ? '?exclude=pdp' : ''}`,
    ),
    ready('Web app', settings.webUrl),
  ]);
  await seedPast(context);
  await exposeWebhook(context, signal);
}

/** Points Logto's webhook to this machine until the command is stopped, which restores the former URL. */
async function exposeWebhook(
  { report, supervisor, exposure }: StartContext,
  signal: AbortSignal,
): Promise<void> {
  if (exposure === undefined) return;
  await report.step('Webhook', async () => {
    const args = ['apps/cli/src/main.ts', 'webhook', 'expose', ...exposure];
    await runUntilReady({ supervisor, name: 'webhook', args }, signal);
    return "Logto's deliveries come through the public address.";
  });
}

/** Starts Vite's development server, or prepares the production build that the server serves at the web app's address. */
async function startWeb({ settings, report, supervisor }: StartContext): Promise<void> {
  const { web, webUrl, serverUrl } = settings;
  if (web === 'development') {
    supervisor.run('web', vite());
    return;
  }
  const { buildTo } = web;
  if (buildTo !== undefined) await report.step('Build', () => buildForProduction(buildTo, supervisor));
  else if (!existsSync(join(root, builtServer))) {
    throw new SettingsError('WEB_DIST names a built web app, but the server is not built: pnpm build');
  }
  await forwardPort(portOf(webUrl), portOf(serverUrl), supervisor.signal);
}

const portOf = (url: string): number => Number(new URL(url).port);

async function startLogto(
  { settings, report, supervisor }: StartContext,
  signal: AbortSignal,
): Promise<void> {
  const { logto, dataDir } = settings;
  if (logto.emulatorPort === undefined) {
    report.line(`    Logto is live at ${logto.endpoint}.`);
    return;
  }
  const seedFile = join(dataDir, 'logto-seed.json');
  mkdirSync(dataDir, { recursive: true });
  // Only its owner may read the seed file, because it contains the signing key and the passwords.
  rmSync(seedFile, { force: true });
  writeFileSync(seedFile, JSON.stringify(logtoSeed(settings), undefined, 2), { mode: 0o600 });
  const options = [
    '--port',
    String(logto.emulatorPort),
    '--seed',
    seedFile,
    '--data-dir',
    join(dataDir, 'logto'),
  ];
  await report.step('Logto', async () => {
    await runUntilReady(
      { supervisor, name: 'logto', args: ['packages/logto-emulator/src/cli.ts', ...options] },
      signal,
    );
    await updateLogtoAddresses(settings);
    return `${logto.endpoint} (emulator)`;
  });
}

async function startPermit(
  { settings, report, supervisor }: StartContext,
  signal: AbortSignal,
): Promise<void> {
  const { permit, dataDir } = settings;
  if (permit.emulatorPorts === undefined) {
    report.line(`    Permit is live at ${permit.apiUrl}, the PDP at ${permit.pdpUrl}.`);
    return;
  }
  const ports = ['--port', String(permit.emulatorPorts.api), '--pdp-port', String(permit.emulatorPorts.pdp)];
  // Strict, to report mistakes that the real Permit would accept. As with the real Permit, the PDP receives a change a
  // moment later.
  const behaviour = ['--strict', '--propagation-delay', '200'];
  const options = [...ports, ...behaviour, '--opa-port', 'off', '--data-dir', join(dataDir, 'permit')];
  await report.step('Permit', async () => {
    await runUntilReady(
      { supervisor, name: 'permit', args: ['packages/permit-emulator/src/cli.ts', ...options] },
      signal,
    );
    return `${permit.apiUrl}, PDP ${permit.pdpUrl} (emulator)`;
  });
}

interface Service {
  readonly supervisor: Supervisor;
  readonly name: string;
  readonly args: readonly string[];
}

/** Starts a process that prints a JSON line when it is ready, and resolves then. */
function runUntilReady({ supervisor, name, args }: Service, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    supervisor.run(name, { args: [...args, '--json'], onLine: (line) => line.startsWith('{') && resolve() });
  });
}

async function forwardPort(from: number, to: number, signal: AbortSignal): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    // An error on one side ends both.
    pipeline(client, target, client, () => {});
  });
  server.listen({ port: from, host: '127.0.0.1', signal });
  await once(server, 'listening');
}

/** The built server; see `apps/server/tsdown.config.ts`. */
const builtServer = 'apps/server/dist/main.js';

const vite = (...options: readonly string[]) => ({
  program: 'node_modules/.bin/vite',
  args: options,
  cwd: join(root, 'apps/web'),
});

const inputs = ['apps/web', 'apps/server', 'packages', 'package.json', 'pnpm-lock.yaml'];
const ignored = new Set(['node_modules', 'dist', 'test-results', '.tsbuild']);

async function buildForProduction(webFolder: string, supervisor: Supervisor): Promise<string> {
  const file = `${webFolder}.sources`;
  const files = inputs.flatMap((path) => filesIn(join(root, path)));
  const sources = `${files.length} files, the last from ${Math.max(...files.map(({ mtimeMs }) => mtimeMs))}`;
  const isBuilt = [file, join(webFolder, 'index.html'), join(root, builtServer)].every((path) =>
    existsSync(path),
  );
  if (isBuilt && readFileSync(file, 'utf8') === sources) return 'Web app and server are up to date.';
  await Promise.all([
    supervisor.once('build', vite('build', '--outDir', webFolder, '--emptyOutDir')),
    supervisor.once('build-server', {
      program: 'node_modules/.bin/tsdown',
      args: [],
      cwd: join(root, 'apps/server'),
    }),
  ]);
  writeFileSync(file, sources);
  return 'Web app and server, as they ship.';
}

function filesIn(path: string): { readonly mtimeMs: number }[] {
  const stats = statSync(path);
  if (!stats.isDirectory()) return [stats];
  return readdirSync(path).flatMap((name) => (ignored.has(name) ? [] : filesIn(join(path, name))));
}
