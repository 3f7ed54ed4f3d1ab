import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import { freePorts } from './start-system.ts';

const root = resolve(import.meta.dirname, '..');
const example = join(root, 'examples/next');

/** The example app, built and running, with its own emulators. Only its webhook creates users in this Permit. */
export interface NextApp {
  readonly url: string;
  readonly permit: { readonly url: string; readonly pdpUrl: string; readonly apiKey: string };
  /** Calls Logto's Management API. Resolves to the body; rejects when Logto refuses the call. */
  manageLogto(method: string, path: string, body: object): Promise<unknown>;
  /** Sends an event as Logto does. Resolves to the status after the event is applied. */
  deliver(event: object): Promise<number>;
  /** Stops Permit's emulator, which makes decisions impossible. */
  stopPermit(): Promise<void>;
  stop(): Promise<void>;
}

const Permit = z.object({
  url: z.string(),
  pdpUrl: z.string(),
  keys: z.object({ environment: z.string() }),
});
const Logto = z.object({ url: z.string() });
const web = { id: 'nextexample', secret: 'the secret of the web application' };
const machine = { id: 'nextsync', secret: 'the secret of sync' };
const signingKey = 'the signing key of the webhook';

export async function startNextApp(): Promise<NextApp> {
  const [port = '0'] = await freePorts(1);
  const url = `http://localhost:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-next-'));
  const children: ChildProcess[] = [];
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
    const child = spawn(process.execPath, args, {
      cwd: example,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    await rm(folder, { recursive: true, force: true });
  };

  try {
    const seed = join(folder, 'logto.json');
    await writeFile(seed, JSON.stringify(logtoSeed(url)));
    const ephemeral = ['--port', '0', '--json'];
    const logtoProcess = run([
      join(root, 'packages/logto-emulator/src/cli.ts'),
      ...ephemeral,
      '--seed',
      seed,
    ]);
    const permitProcess = run([
      join(root, 'packages/permit-emulator/src/cli.ts'),
      ...ephemeral,
      '--pdp-port',
      '0',
      '--opa-port',
      'off',
      '--propagation-delay',
      '500',
    ]);
    const logto = Logto.parse(JSON.parse(await lineOf(logtoProcess, /^\{/)));
    const permit = Permit.parse(JSON.parse(await lineOf(permitProcess, /^\{/)));
    const env = {
      BASE_URL: url,
      COOKIE_SECRET: 'a secret of the tests, of more than 32 characters',
      LOGTO_ENDPOINT: logto.url,
      LOGTO_APP_ID: web.id,
      LOGTO_APP_SECRET: web.secret,
      LOGTO_WEBHOOK_SIGNING_KEY: signingKey,
      LOGTO_M2M_APP_ID: machine.id,
      LOGTO_M2M_APP_SECRET: machine.secret,
      PERMIT_API_KEY: permit.keys.environment,
      PERMIT_API_URL: permit.url,
      PERMIT_PDP_URL: permit.pdpUrl,
    };
    const production = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    const runToEnd = (variables: NodeJS.ProcessEnv, ...args: readonly string[]) =>
      promisify(execFile)(process.execPath, args, { cwd: example, env: { ...process.env, ...variables } });
    const next = join(example, 'node_modules/next/dist/bin/next');
    const table = { LATCHKEY_TABLE: join(root, 'packages/policy/src/index.ts') };
    await Promise.all([
      runToEnd({ ...env, ...table }, join(root, 'apps/cli/src/main.ts'), 'policy', 'apply'),
      runToEnd(production, next, 'build'), // Without the secrets, which only the running server needs.
    ]);
    const start = [next, 'start', '--hostname', 'localhost', '--port', port];
    await lineOf(run(start, { ...production, ...env }), /Ready/);
    return {
      url,
      permit: { url: permit.url, pdpUrl: permit.pdpUrl, apiKey: permit.keys.environment },
      manageLogto: (method, path, body) => manage(logto.url, `${method} ${path}`, body),
      deliver: (event) => deliver(`${url}/api/latchkey/webhook`, event),
      stopPermit: () => end(permitProcess),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function manage(logtoUrl: string, call: string, body: object): Promise<unknown> {
  const answer = await fetch(`${logtoUrl}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${machine.id}:${encodeURIComponent(machine.secret)}`)}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      resource: 'https://default.logto.app/api',
      scope: 'all',
    }),
  });
  const { access_token } = z.object({ access_token: z.string() }).parse(await answer.json());
  const [method = '', path = ''] = call.split(' ');
  const response = await fetch(`${logtoUrl}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${call}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function deliver(url: string, event: object): Promise<number> {
  const body = JSON.stringify({ createdAt: new Date().toISOString(), ...event });
  const signature = createHmac('sha256', signingKey).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'logto-signature-sha-256': signature };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

/** The configuration of Logto that the guide describes. */
function logtoSeed(url: string): object {
  return {
    applications: [
      {
        ...web,
        name: 'Reports',
        type: 'Traditional',
        redirectUris: [`${url}/api/latchkey/callback`],
        postLogoutRedirectUris: [url],
      },
      { ...machine, name: 'Sync', type: 'MachineToMachine', managementApi: true },
    ],
    hooks: [
      {
        id: 'next',
        name: 'next',
        url: `${url}/api/latchkey/webhook`,
        events: ['PostRegister', 'User.Data.Updated', 'User.SuspensionStatus.Updated', 'User.Deleted'],
        signingKey,
      },
    ],
  };
}

/** Resolves to the first matching line of the output. */
async function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  if (child.stdout === null) throw new Error('The output of the process is not read.');
  for await (const line of createInterface({ input: child.stdout })) {
    if (pattern.test(line)) {
      child.stdout.resume();
      return line;
    }
  }
  throw new Error(`A process ended with ${child.exitCode} before it was ready.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
