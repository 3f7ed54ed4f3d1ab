import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { authorization, createBrowser, requestToken, signInWith } from './testing/browser.ts';
import { seed, spa } from './testing/fixtures.ts';

type Process = ChildProcessByStdio<null, Readable, Readable>;
const described = z.object({
  url: z.string(),
  issuer: z.string(),
  managementApi: z.object({
    url: z.string(),
    resource: z.string(),
    tokenEndpoint: z.string(),
    scope: z.string(),
  }),
  apps: z.array(z.object({ id: z.string(), name: z.string(), secret: z.string().optional() })),
  hooks: z.array(z.object({ id: z.string(), signingKey: z.string() })),
});

let dir: string;
let running: Process[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'logto-emulator-'));
  running = [];
});
afterEach(() => {
  for (const process of running) process.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function run(...args: string[]): Process {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return child;
}

async function ready(child: Process): Promise<z.infer<typeof described>> {
  const [line] = await once(child.stdout, 'data');
  return described.parse(JSON.parse(String(line)));
}

const exit = async (child: Process): Promise<number | null> => (await once(child, 'exit'))[0];

test('prints one line of JSON when it is ready, and ends cleanly', async () => {
  const file = join(dir, 'seed.yaml');
  const hooks = [
    { id: 'hook', name: 'Hook', events: ['PostSignIn'], url: 'http://localhost:1/', signingKey: 'key' },
  ];
  writeFileSync(file, JSON.stringify({ ...seed, hooks }));
  const child = run('--port', '0', '--seed', file, '--json');
  const { url, issuer, managementApi, apps, hooks: shown } = await ready(child);
  expect(issuer).toBe(`${url}/oidc`);
  expect(managementApi).toEqual({
    url: `${url}/api`,
    resource: 'https://default.logto.app/api',
    tokenEndpoint: `${url}/oidc/token`,
    scope: 'all',
  });
  expect(apps).toContainEqual({ id: 'm2m-app', name: 'Sync', secret: 'm2m-secret' });
  expect(shown).toEqual([{ id: 'hook', signingKey: 'key' }]);
  child.kill('SIGTERM');
  expect(await exit(child)).toBe(0);
});

test('an error names the port that is taken and the option that changes it', async () => {
  const first = run('--port', '0', '--json');
  const { port } = new URL((await ready(first)).url);
  const second = run('--port', port);
  const [message, code] = await Promise.all([text(second.stderr), exit(second)]);
  expect(message).toContain(`Port ${port} is already in use`);
  expect(message).toContain('--port');
  expect(code).toBe(1);
});

test('an invalid seed is refused, with the location of the mistake', async () => {
  const file = join(dir, 'seed.json');
  writeFileSync(file, JSON.stringify({ users: [{ id: 'x', usrname: 'ada' }] }));
  const child = run('--port', '0', '--seed', file);
  const [message, code] = await Promise.all([text(child.stderr), exit(child)]);
  expect(message).toContain('usrname');
  expect(code).toBe(1);
  writeFileSync(file, '{');
  expect(await text(run('--seed', file).stderr)).toMatch(/seed\.json: .*position/);
  expect(await text(run('--webhook-retries', '4').stderr)).toMatch(/^✖ Too big.*\n.*webhook-retries.*\n$/);
});

test('kill -9 loses no acknowledged write: users, sessions, refresh tokens and keys survive', async () => {
  const file = join(dir, 'seed.json');
  writeFileSync(file, JSON.stringify(seed));
  const args = ['--seed', file, '--data-dir', join(dir, 'data'), '--json'];
  const first = run('--port', '0', ...args);
  const { url } = await ready(first);
  const browser = createBrowser(url);
  const page = await browser.open(authorization(spa(url), { first_screen: 'register' }).url);
  await browser.submit(page, '/register', { identifier: 'carol', password: 'long enough' });
  const { refresh_token = '' } = await signInWith(spa(url), ['carol', 'long enough']);
  const keys = await (await fetch(`${url}/oidc/jwks`)).json();
  first.kill('SIGKILL');
  await exit(first);

  const second = run('--port', new URL(url).port, ...args);
  expect((await ready(second)).url).toBe(url);
  expect(await (await fetch(`${url}/oidc/jwks`)).json()).toEqual(keys);
  const refreshed = await requestToken(url, {
    grant_type: 'refresh_token',
    client_id: 'spa-app',
    refresh_token,
  });
  expect(refreshed.status).toBe(200);
  const again = await browser.open(authorization(spa(url)).url);
  expect(again.leaves?.searchParams.get('code')).toBeTruthy();
});
