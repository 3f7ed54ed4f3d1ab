import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { openStore } from '@latchkey/emulator-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { routersOf } from './app.ts';
import { managementRoutes } from './management/all-routes.ts';
import { openTenant } from './open-tenant.ts';
import { parseSeed, type Seed } from './seed/schema.ts';
import { type Emulator, start } from './start.ts';
import { manager } from './testing/fixtures.ts';
import { hookEvents } from './webhooks/events.ts';

let dataDir: string;
let logto: Emulator | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'logto-start-'));
});
afterEach(async () => {
  await logto?.close();
  logto = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

test('a start that fails frees its port and its data folder', async () => {
  const first = await start({ dataDir });
  await first.close();
  const port = Number(new URL(first.url).port);
  const organizations = [{ name: 'Acme', members: [{ userId: 'nobody' }] }];
  await expect(start({ port, dataDir, seed: { organizations } })).rejects.toMatchObject({
    code: 'INVALID_SEED',
  });
  await expect(fetch(first.url)).rejects.toThrow('fetch failed');
  logto = await start({ port, dataDir });
  expect((await fetch(`${logto.url}/api/status`)).status).toBe(204);
});

/** Starts an emulator that cannot write the records of a collection, as on a full disk. */
async function startRefusing(collection: string, seed: Seed = {}): Promise<Emulator> {
  await (await start({ dataDir })).close();
  const database = new DatabaseSync(join(dataDir, 'store.sqlite'));
  database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON records WHEN NEW.collection = '${collection}'
    BEGIN SELECT RAISE(ABORT, 'refused'); END`);
  database.close();
  return start({ dataDir, seed });
}

test('a delivery that cannot be stored is listed, and does not end the process', async () => {
  const hooks = [{ id: 'hook', name: 'Hook', events: ['User.Created' as const], url: 'http://127.0.0.1:9/' }];
  logto = await startRefusing('deliveries', { hooks });
  const manage = await manager(logto);
  expect((await manage('POST', '/users', { username: 'ada' })).status).toBe(200);
  await logto.settled();
  const { body } = await manage('GET', '/hooks/hook/recent-logs');
  expect(body).toMatchObject([{ key: 'TriggerHook.User.Created' }]);
});

test('what one request writes is stored together or not at all', async () => {
  logto = await startRefusing('applicationSecrets');
  const manage = await manager(logto);
  const created = await manage('POST', '/applications', { name: 'Sync', type: 'MachineToMachine' });
  expect(created.status).toBe(500);
  await logto.close();
  logto = await start({ dataDir });
  expect(logto.apps).toEqual([]);
});

const organizations = Array.from({ length: 30 }, (_, index) => ({
  id: `org${index}`,
  name: `Organization ${index}`,
}));

async function listed(path: string): Promise<string[]> {
  const manage = await manager(logto!);
  return Object(await manage('GET', path)).body.map(({ id }: { id: string }) => id);
}

const others = (list: string[]): string[] => list.filter((id) => id !== 'org3');

test('shuffleLists: organizations stay in order until one changes, which moves it elsewhere', async () => {
  logto = await start({ seed: { organizations }, shuffleLists: 7 });
  const path = '/organizations?page_size=100';
  const before = await listed(path);
  expect(before).not.toEqual(organizations.map(({ id }) => id));
  expect(before.toSorted()).toEqual(organizations.map(({ id }) => id).toSorted());
  expect(await listed(path)).toEqual(before);

  const manage = await manager(logto);
  const moved = new Set<number>();
  for (const name of ['A', 'B', 'C', 'D', 'E']) {
    await manage('PATCH', '/organizations/org3', { name }); // oxlint-disable-line no-await-in-loop -- one after the other
    moved.add((await listed(path)).indexOf('org3')); // oxlint-disable-line no-await-in-loop -- one after the other
  }
  expect(moved.size).toBeGreaterThan(1);
  expect(others(await listed(path))).toEqual(others(before));
});

test('without shuffleLists, organizations are listed in the order of their creation', async () => {
  logto = await start({ seed: { organizations } });
  expect(await listed('/organizations?page_size=100')).toEqual(organizations.map(({ id }) => id));
});

test('the seed of the README is complete: its user signs in to its organization', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  logto = await start({ seed: parse(/```yaml\n([^]*?)```/.exec(readme)?.[1] ?? '') });
  expect(await logto.signIn('ada', { organizationId: 'acme00000000' })).toMatchObject({
    accessToken: expect.any(String),
  });
});

const supportedPage = readFileSync(join(import.meta.dirname, '../SUPPORTED.md'), 'utf8');
const supported = [...supportedPage.matchAll(/^- `([A-Z]+ \/[^`]*)`/gm)].map(([, route]) => route ?? '');
const endpoints = z.record(z.string(), z.unknown());

test('SUPPORTED.md lists exactly the registered routes', async () => {
  const logto = await openTenant(openStore(), { endpoint: 'http://localhost:1', seed: parseSeed({}) });
  const registered = routersOf(logto).flatMap((router) =>
    router.stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${String(path)}`),
    ),
  );
  const oidc = supported.filter((route) => / \/oidc/.test(route));
  expect(supported.filter((route) => !oidc.includes(route)).toSorted()).toEqual(registered.toSorted());
});

test('SUPPORTED.md lists the OIDC endpoints of discovery', async () => {
  const logto = await start();
  const discovery = endpoints.parse(
    await (await fetch(`${logto.issuer}/.well-known/openid-configuration`)).json(),
  );
  const paths = Object.entries(discovery)
    .filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
    .map(([, url]) => new URL(String(url)).pathname);
  for (const path of paths) expect(supportedPage).toContain(` ${path}\``);
  await logto.close();
});

test('SUPPORTED.md lists every event', () => {
  for (const event of hookEvents) expect(supportedPage).toContain(`\`${event}\``);
});

const file = new URL('generated-types/management.d.ts', import.meta.resolve('@logto/api/management'));

/** Lines such as `"/api/…": { … get: operations["…"]; … }`. */
function vendorRoutes(): Set<string> {
  const text = readFileSync(fileURLToPath(file), 'utf8');
  const routes = new Set<string>();
  for (const [, path, block] of text.matchAll(/^ {4}"(\/api\/[^"]*)": \{\n(.*?)^ {4}\};/gms)) {
    for (const [, method] of (block ?? '').matchAll(/^ {8}(get|put|post|patch|delete): operations/gm)) {
      routes.add(`${method?.toUpperCase()} ${path}`);
    }
  }
  return routes;
}

/** Path parameters appear in webhooks (`params`), so their names must be Logto's. */
const inVendorsNotation = (path: string): string => `/api${path.replace(/:(\w+)/g, '{$1}')}`;

/** The library has a parameter for the kind of a key, and names the token type differently. */
const known: Readonly<Record<string, string>> = {
  '/configs/oidc/private-keys': '/configs/oidc/:keyType',
  '/configs/oidc/private-keys/rotate': '/configs/oidc/:keyType/rotate',
  '/configs/oidc/private-keys/:keyId': '/configs/oidc/:keyType/:keyId',
  '/configs/jwt-customizer/:tokenType': '/configs/jwt-customizer/:tokenTypePath',
};

/** Newer than the library. */
const isCimd = (path: string): boolean => path.startsWith('/cimd/') || path === '/configs/cimd';

const ours = managementRoutes
  .filter(({ path }) => !isCimd(path))
  .map(({ method, path }) => `${method} ${inVendorsNotation(known[path] ?? path)}`);

test("every route of the Management API is one of Logto's, with the same method and the same parameters", () => {
  const vendor = vendorRoutes();
  expect(vendor.size).toBeGreaterThan(200);
  expect(ours.filter((route) => !vendor.has(route))).toEqual([]);
});

test('SUPPORTED.md has the number of implemented routes', () => {
  expect(supportedPage).toContain(
    `${new Set(ours).size} of the ${vendorRoutes().size} routes of Logto's own client`,
  );
});
