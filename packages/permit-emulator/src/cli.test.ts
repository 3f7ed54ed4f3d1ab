import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Permit } from 'permitio';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

const ready = z.object({
  url: z.string(),
  pdpUrl: z.string(),
  opaUrl: z.string().nullable(),
  keys: z.object({ environment: z.string(), project: z.string(), organization: z.string() }),
  projectId: z.string(),
  environmentId: z.string(),
});

let dir: string;
const children: ChildProcessWithoutNullStreams[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'permit-emulator-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

function run(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args]);
  children.push(child);
  return child;
}

async function started(...args: string[]) {
  const child = run('--port', '0', '--pdp-port', '0', '--opa-port', 'off', '--json', ...args);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- readline emits strings
  const { keys, url, pdpUrl } = ready.parse(JSON.parse(line));
  const permit = new Permit({ token: keys.environment, apiUrl: url, pdp: pdpUrl, log: { level: 'silent' } });
  return { child, permit, url };
}

test('one line of JSON reports that it is ready, and SIGTERM stops it cleanly', async () => {
  const { child, permit } = await started();
  expect((await permit.api.tenants.list()).map(({ key }) => key)).toEqual(['default']);
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

test('a damaged store is refused with one line that names the file', async () => {
  writeFileSync(join(dir, 'store.sqlite'), 'garbage\n'.repeat(1000));
  const child = run('--port', '0', '--pdp-port', '0', '--opa-port', 'off', '--data-dir', dir);
  expect(await text(child.stderr)).toMatch(/^permit-emulator: .*store\.sqlite is damaged: .*\n$/);
});

test('kill -9 loses no acknowledged write', async () => {
  const first = await started('--data-dir', dir);
  for (const key of ['a', 'b', 'c']) await first.permit.api.users.create({ key });
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const second = await started('--data-dir', dir);
  expect((await second.permit.api.users.list()).data.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
});

test('a YAML seed is read', async () => {
  const file = join(dir, 'seed.yaml');
  writeFileSync(file, 'tenants:\n  - { key: acme, name: Acme }\nusers: [{ key: ann }]\n');
  const { permit } = await started('--seed', file);
  expect((await permit.api.tenants.list()).map(({ key }) => key)).toEqual(['default', 'acme']);
});

test('a wrong seed leads to a message without a stack', async () => {
  const seed = join(dir, 'seed.json');
  const refused = async (content: string, ...args: string[]): Promise<string> => {
    writeFileSync(seed, content);
    return text(run('--port', '0', '--pdp-port', '0', '--opa-port', 'off', '--seed', seed, ...args).stderr);
  };
  expect(await refused('{')).toMatch(/^permit-emulator: .*seed\.json: .*position.*\n$/);
  expect(await refused('{"users":[{}]}')).toBe('permit-emulator: seed.users.0.key: field required\n');
  const condition_sets = [{ key: 'odd', name: 'Odd', conditions: { 'user.age': { over: 17 } } }];
  const message = await refused(JSON.stringify({ condition_sets }), '--strict');
  expect(message).toContain("'over'");
  expect(message).not.toContain('    at ');
  await started('--seed', seed);
});

test('an error names the port that is taken and the option that changes it', async () => {
  const { url } = await started();
  const { port } = new URL(url);
  const child = run('--port', '0', '--pdp-port', port, '--opa-port', 'off');
  const message = await text(child.stderr);
  expect(message).toContain(port);
  expect(message).toContain('--pdp-port');
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(1);
});

test('an unknown option leads to a message and exit code 1', async () => {
  const child = run('--prot', '1');
  expect(await text(child.stderr)).toContain('--prot');
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(1);
});
