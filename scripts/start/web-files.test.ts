import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '@latchkey/server-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntilReady } from './http.ts';
import { root } from './settings.ts';

/** The development server as `start --development` runs it. */
let vite: ChildProcess;
let port: number;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-web-files-'));
  writeFileSync(join(folder, 'password'), 'secret outside the checkout');
  port = await freePort();
  vite = spawn(join(root, 'apps/web/node_modules/.bin/vite'), [], {
    cwd: join(root, 'apps/web'),
    env: { ...process.env, WEB_PORT: String(port) },
    stdio: 'ignore',
  });
  await waitUntilReady(`http://127.0.0.1:${port}/`, AbortSignal.timeout(60_000));
});
afterAll(async () => {
  vite.kill('SIGTERM');
  await once(vite, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

/** Requests a path as it is. `fetch` would resolve its dots. */
async function get(path: string): Promise<{ status: number | undefined; body: string }> {
  const sent = request({ host: '127.0.0.1', port, path, headers: { accept: '*/*' } }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, body: await text(response) };
}

const everyCharacter = (path: string): string =>
  path.replaceAll(/[^/]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);

const queries = [
  '',
  '?raw',
  '?raw??',
  '?url',
  '?inline',
  '?import&raw',
  '?import&url&inline',
  '?import&raw??',
];
const odd = [
  '?import&?inline=1.wasm?init',
  '?.svg?.wasm?init',
  '?t=1',
  '?worker&inline',
  '?direct',
  '?commonjs',
];

/** Paths that try to read a file outside the served folders. */
function waysTo(file: string): string[] {
  const upwards = file.replace(root, '');
  return [
    ...[...queries, ...odd].map((query) => `/@fs${file}${query}`),
    `/@fs/${file}`,
    `/@fs//${file}?raw`,
    `/@fs${everyCharacter(file)}`,
    `/@fs${everyCharacter(file)}?raw`,
    `/@fs${file.replaceAll('/', '%2f')}?raw`,
    `/%40fs${file}?raw`,
    `/@fs${root}/apps/web/src/../../..${upwards}?raw`,
    `/@fs${root}/apps/web/src/%2e%2e/%2e%2e/%2e%2e${upwards}?raw`,
    `/@fs${root}/apps/web/src/..%2f..%2f..${upwards}?raw`,
    `/@fs/x/x/x/vite/../../../..${file}?raw`,
    `/@fs${root}/node_modules/.pnpm/../..${upwards}?import&raw`,
    `/../..${upwards}?raw`,
    `/%2e%2e/%2e%2e${upwards}?raw`,
    `/..%2f..${upwards}?raw`,
    `/src/../../..${upwards}?import&raw`,
    `/@id${file}?raw`,
    `/@id/@fs${file}?raw`,
    `//${file}?raw`,
    `/@fs${root}/apps/web/src/main.tsx#/../../../..${upwards}?raw`,
  ];
}

async function leaks(file: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of waysTo(file)) {
    const { body } = await get(path);
    if (texts.some((secret) => body.includes(secret))) found.push(path);
  }
  return found;
}

test.each([
  ['of the checkout', join(root, 'package.json'), '"packageManager"'],
  ['of the checkout that may hold settings', join(root, '.env.example'), 'PERMIT_API_KEY'],
  ['of the server', join(root, 'apps/server/src/env.ts'), 'LOGTO_M2M_APP_SECRET'],
])('does not serve a file %s, however it is requested', async (_, file, content) => {
  expect(readFileSync(file, 'utf8')).toContain(content);
  // The base64 form of a text depends on its offset, so there are three.
  const encoded = ['', ' ', '  '].map((before) => btoa(before + content).slice(4, -4));
  expect(await leaks(file, [content, ...encoded])).toEqual([]);
  expect((await get(`/@fs${file}`)).status).toBe(403);
});

test('does not serve a file outside the checkout', async () => {
  expect(await leaks(join(folder, 'password'), ['secret outside'])).toEqual([]);
});

test('serves everything that the app imports, starting with the first module', async () => {
  const seen = new Set<string>();
  const queue = ['/src/main.tsx'];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const { status, body } = await get(path);
    expect(`${path} ${status}`).toBe(`${path} 200`);
    if (path.startsWith('/node_modules/') || path.startsWith('/@vite')) continue;
    for (const [, imported = ''] of body.matchAll(
      /(?:\bfrom\s*|\bimport\s*\(?\s*|url\(\\?["']?)["']?(\/[^"'\s)\\]+)/g,
    )) {
      if (!imported.startsWith('//')) queue.push(imported);
    }
  }
  expect([...seen].filter((path) => path.includes('/packages/policy/src/')).length).toBeGreaterThan(0);
  expect([...seen].filter((path) => path.includes('.woff2')).length).toBeGreaterThan(0);
});
