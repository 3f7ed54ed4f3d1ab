import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { managementRoutes } from './all-routes.ts';

const file = new URL('generated-types/management.d.ts', import.meta.resolve('@logto/api/management'));

/** The routes of Logto's own client library: `"/api/…": { … get: operations["…"]; … }`. */
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

/** Names of path parameters are part of webhooks (`params`), so they must be the vendor's. */
const inVendorsNotation = (path: string): string => `/api${path.replace(/:(\w+)/g, '{$1}')}`;

/**
 * The library has a parameter for the kind of a key and of a customizer. Here, each existing kind has its own
 * route.
 */
const known: Readonly<Record<string, string>> = {
  '/configs/oidc/private-keys': '/configs/oidc/:keyType',
  '/configs/oidc/private-keys/rotate': '/configs/oidc/:keyType/rotate',
  '/configs/oidc/private-keys/:keyId': '/configs/oidc/:keyType/:keyId',
  '/configs/jwt-customizer/:tokenType': '/configs/jwt-customizer/:tokenTypePath',
};

const ours = managementRoutes.map(
  ({ method, path }) => `${method} ${inVendorsNotation(known[path] ?? path)}`,
);

test("every route of the Management API is one of Logto's, with the same method and the same parameters", () => {
  const vendor = vendorRoutes();
  expect(vendor.size).toBeGreaterThan(200);
  expect(ours.filter((route) => !vendor.has(route))).toEqual([]);
});

test('SUPPORTED.md has the number of implemented routes', () => {
  const supported = readFileSync(new URL('../../SUPPORTED.md', import.meta.url), 'utf8');
  expect(supported).toContain(
    `${new Set(ours).size} of the ${vendorRoutes().size} routes of Logto's own client`,
  );
});
