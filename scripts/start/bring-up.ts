import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alignLogto } from './align-logto.ts';
import { logtoSeed } from './logto-seed.ts';
import { MACHINE_APP } from './machine-app.ts';
import { people } from './people.ts';
import { answers } from './ready.ts';
import type { Report } from './report.ts';
import { root, type Settings } from './settings.ts';
import type { Supervisor } from './supervisor.ts';

/** How long all may take together; far more than any machine needs, so that what hangs is named at last. */
export const PATIENCE_MS = 120_000;

export interface Context {
  readonly settings: Settings;
  readonly report: Report;
  readonly supervisor: Supervisor;
}

/** Starts everything at once and resolves when each is ready; they wait for one another by themselves. */
export async function bringUp(context: Context): Promise<void> {
  const { settings, report, supervisor } = context;
  const signal = AbortSignal.any([supervisor.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const until = (name: string, url: string): Promise<void> =>
    report.step(name, async () => {
      await answers(url, signal);
      return new URL(url).origin;
    });

  const logto = startLogto(context, signal);
  const permit = startPermit(context, signal);
  supervisor.run('server', { args: ['apps/server/src/main.ts'] });
  supervisor.run('web', { args: ['node_modules/vite/bin/vite.js'], cwd: join(root, 'apps/web') });
  await Promise.all([
    logto,
    permit.then(() => pushPolicy(context)),
    until('Server', `${settings.serverUrl}/readyz`),
    until('Web app', settings.webUrl),
  ]);
}

async function startLogto({ settings, report, supervisor }: Context, signal: AbortSignal): Promise<void> {
  const { logto, dataDir } = settings;
  if (logto.emulatorPort === undefined) {
    report.line(`    Logto is live at ${logto.endpoint}.`);
    return;
  }
  const seedFile = join(dataDir, 'logto-seed.json');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(seedFile, JSON.stringify(logtoSeed(settings), undefined, 2));
  const options = [
    '--port',
    String(logto.emulatorPort),
    '--seed',
    seedFile,
    '--data-dir',
    join(dataDir, 'logto'),
  ];
  await report.step('Logto', async () => {
    await saidReady(
      { supervisor, name: 'logto', args: ['packages/logto-emulator/src/cli.ts', ...options] },
      signal,
    );
    await alignLogto(settings);
    return `${logto.endpoint} (emulator)`;
  });
}

async function startPermit({ settings, report, supervisor }: Context, signal: AbortSignal): Promise<void> {
  const { permit, dataDir } = settings;
  if (permit.emulatorPorts === undefined) {
    report.line(`    Permit is live at ${permit.apiUrl}, the PDP at ${permit.pdpUrl}.`);
    return;
  }
  const ports = ['--port', String(permit.emulatorPorts.api), '--pdp-port', String(permit.emulatorPorts.pdp)];
  const options = [...ports, '--opa-port', 'off', '--data-dir', join(dataDir, 'permit')];
  await report.step('Permit', async () => {
    await saidReady(
      { supervisor, name: 'permit', args: ['packages/permit-emulator/src/cli.ts', ...options] },
      signal,
    );
    return `${permit.apiUrl}, PDP ${permit.pdpUrl} (emulator)`;
  });
}

interface Emulator {
  readonly supervisor: Supervisor;
  readonly name: string;
  readonly args: readonly string[];
}

/** The emulators print one line of JSON when they are ready. */
function saidReady({ supervisor, name, args }: Emulator, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    supervisor.run(name, { args: [...args, '--json'], onLine: (line) => line.startsWith('{') && resolve() });
  });
}

/** The policy goes to the emulator by itself; pushing it to a live Permit is a person's decision. */
async function pushPolicy({ settings, report, supervisor }: Context): Promise<void> {
  if (settings.permit.emulatorPorts === undefined) {
    report.line('    The policy there is left as it is; "pnpm latchkey policy apply" brings it up to date.');
    return;
  }
  await report.step('Policy', async () => {
    const applied = await supervisor.once('policy', { args: ['apps/cli/src/main.ts', 'policy', 'apply'] });
    const granted = await grantOnce(settings, supervisor);
    return `${applied.split('\n').at(-1) ?? ''}${granted}`;
  });
}

/** On fresh data only: a role that somebody took away since must stay away. */
async function grantOnce({ logto, dataDir }: Settings, supervisor: Supervisor): Promise<string> {
  const mark = join(dataDir, 'roles-granted');
  if (logto.emulatorPort === undefined || existsSync(mark)) return '';
  const grant = (id: string, role: string, about: readonly string[]): Promise<string> =>
    supervisor.once(`grant-${id}`, { args: ['apps/cli/src/main.ts', 'grant', id, role, ...about] });
  await Promise.all([
    ...people.map(({ id, role, email, name }) => grant(id, role, ['--email', email, '--name', name])),
    // By which `latchkey sync` asks the server.
    grant(MACHINE_APP.id, 'admin', ['--name', MACHINE_APP.name]),
  ]);
  writeFileSync(mark, '');
  return ` ${people.length} people have their role.`;
}
