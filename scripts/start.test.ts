import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from './start/settings.ts';

let dataDir: string;
let servers: Server[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'latchkey-start-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(
  script: 'start' | 'reset' | 'bin/latchkey',
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<{ code: unknown; output: string }> {
  const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, output: output + errors };
}

async function occupyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('lists all busy ports with their process and variable, and starts nothing', async () => {
  const [web, pdp] = [await occupyPort(), await occupyPort()];
  const { code, output } = await run('start', [], { WEB_PORT: String(web), PERMIT_PDP_PORT: String(pdp) });
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`Port ${web} is in use by process ${process.pid} .*WEB_PORT=`));
  expect(output).toMatch(new RegExp(`Port ${pdp} is in use by process ${process.pid} .*PERMIT_PDP_PORT=`));
  expect(existsSync(join(dataDir, 'logs'))).toBe(false);
});

test('distinguishes two services on the same port from a busy port', async () => {
  const { code, output } = await run('start', [], { WEB_PORT: '45999', PORT: '45999' });
  expect(code).toBe(1);
  expect(output).toContain('Port 45999 is used twice, by WEB_PORT and PORT.');
});

/** Below the range of ephemeral ports. */
const ports = {
  PORT: '25991',
  LOGTO_EMULATOR_PORT: '25992',
  PERMIT_API_PORT: '25993',
  PERMIT_PDP_PORT: '25994',
};

test('names a data folder that cannot be created, without a stack', async () => {
  const file = join(dataDir, 'file');
  writeFileSync(file, '');
  const { output } = await run('start', [], { ...ports, WEB_PORT: '25995', DATA_DIR: join(file, 'data') });
  expect(output.trim()).toBe(`ENOTDIR: not a directory, mkdir '${file}/data'`);
});

test("the CLI calls start's addresses, and reports invalid settings like start, except for help", async () => {
  const { code, output } = await run('bin/latchkey', ['doctor'], ports);
  expect(code).toBe(1);
  for (const port of ['25991', '25992', '25994']) {
    expect(output).toContain(`http://localhost:${port} does not answer`);
  }
  expect(output).toContain('Permit did not answer GET /v2/api-key/scope at http://localhost:25993');
  const wrong = await run('bin/latchkey', ['doctor'], { PORT: 'x' });
  expect([wrong.code, wrong.output]).toEqual([
    1,
    'PORT is not a port\nSet them in .env or in the environment, or run "pnpm latchkey init".\n',
  ]);
  for (const words of [['--help'], ['sync', 'run', '--help'], ['completion', 'bash']])
    expect(await run('bin/latchkey', words, { PORT: 'x' })).toMatchObject({ code: 0 }); // oxlint-disable-line no-await-in-loop -- sequential
});

test('start and the CLI refuse values of .env.example together with a live URL, and name each variable', async () => {
  const live = { LOGTO_ENDPOINT: 'https://team.logto.app', PERMIT_API_URL: 'https://api.permit.io' };
  for (const [script, words] of [
    ['start', []],
    ['bin/latchkey', ['doctor']],
  ] as const) {
    const { code, output } = await run(script, words, live);
    expect(code).toBe(1);
    for (const name of ['LOGTO_APP_ID', 'LOGTO_WEBHOOK_SIGNING_KEYS', 'PERMIT_API_KEY']) {
      expect(output).toMatch(new RegExp(`^ *${name} is the published development value`, 'm'));
    }
  }
  expect(existsSync(join(dataDir, 'logs'))).toBe(false);
});

test('--help only prints the usage', async () => {
  for (const script of ['start', 'reset'] as const) {
    const { code, output } = await run(script, ['--help']);
    expect([code, output]).toEqual([0, expect.stringContaining(`pnpm ${script}`)]);
  }
  expect(readdirSync(dataDir)).toEqual([]);
});

test('reset removes its own data but no other files', async () => {
  for (const folder of ['audit', 'compiled', 'logto', 'web']) mkdirSync(join(dataDir, folder));
  for (const own of ['roles-granted', 'past-seeded', 'past.json', 'web.sources'])
    writeFileSync(join(dataDir, own), '');
  writeFileSync(join(dataDir, 'diary.txt'), 'mine');
  const { code, output } = await run('reset', []);
  expect([code, output]).toEqual([0, expect.stringContaining('diary.txt')]);
  expect(readdirSync(dataDir)).toEqual(['diary.txt']);
});

test('reset refuses while an emulator uses the data, but ignores a stale pid from a crash', async () => {
  mkdirSync(join(dataDir, 'logto'));
  const user = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'logto-emulator']);
  try {
    writeFileSync(join(dataDir, 'logto', 'pid'), String(user.pid));
    const refused = await run('reset', []);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining(`process ${user.pid}`)]);
    expect(existsSync(join(dataDir, 'logto'))).toBe(true);
    writeFileSync(join(dataDir, 'logto', 'pid'), String(process.pid));
    expect(await run('reset', [])).toMatchObject({ code: 0 });
    expect(existsSync(dataDir)).toBe(false);
  } finally {
    user.kill();
  }
});
