import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@latchkey/emulator-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { routersOf } from './app.ts';
import { parseSeed } from './seed/schema.ts';
import { start } from './start.ts';
import { openTenant } from './open-tenant.ts';
import { hookEvents } from './webhooks/events.ts';

const page = readFileSync(join(import.meta.dirname, '../SUPPORTED.md'), 'utf8');
/** Lines such as "- `GET /api/users`". */
const listed = [...page.matchAll(/^- `([A-Z]+ \/[^`]*)`/gm)].map(([, route]) => route ?? '');
const endpoints = z.record(z.string(), z.unknown());

test('SUPPORTED.md lists exactly the registered routes', async () => {
  const options = {
    endpoint: 'http://localhost:1',
    seed: parseSeed({}),
    webhookRetries: 0,
    signInAs: undefined,
    customClaims: undefined,
  };
  const logto = await openTenant(openStore(), options);
  const registered = routersOf(logto).flatMap((router) =>
    router.stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${String(path)}`),
    ),
  );
  const oidc = listed.filter((route) => / \/oidc/.test(route));
  expect(listed.filter((route) => !oidc.includes(route)).toSorted()).toEqual(registered.toSorted());
});

test('SUPPORTED.md lists the OIDC endpoints of discovery', async () => {
  const logto = await start();
  const discovery = endpoints.parse(
    await (await fetch(`${logto.issuer}/.well-known/openid-configuration`)).json(),
  );
  const paths = Object.entries(discovery)
    .filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
    .map(([, url]) => new URL(String(url)).pathname);
  for (const path of paths) expect(page).toContain(` ${path}\``);
  await logto.close();
});

test('SUPPORTED.md lists every event', () => {
  for (const event of hookEvents) expect(page).toContain(`\`${event}\``);
});
