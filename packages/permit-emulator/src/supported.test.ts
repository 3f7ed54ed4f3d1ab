import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaults } from '@latchkey/emulator-kit';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createClock } from './clock.ts';
import { createControlApp } from './http/control-app.ts';
import { createPdpApp } from './pdp/pdp-app.ts';
import { createDecisionLog } from './pdp/decision-log.ts';
import { createOpaApp } from './pdp/opa-app.ts';
import { routes } from './routes/all-routes.ts';
import { renderSupported } from './testing/supported.ts';

const vendor = readFileSync(join(import.meta.dirname, 'testing/operations.txt'), 'utf8')
  .trim()
  .split('\n');

/** Stands for dependencies that are not called: the test only reads the routes. */
function unused(): never {
  throw new Error('not called');
}

test('every operation of the vendor is registered, and no other', () => {
  const ours = routes.map(({ method, path }) => `${method} ${path}`);
  expect(ours.toSorted()).toEqual(vendor.toSorted());
});

test('SUPPORTED.md lists the registered routes', async () => {
  const deps = { account: unused, decisions: createDecisionLog(), defaultEnvironment: unused };
  const text = renderSupported({
    api: routes,
    pdp: createPdpApp({ ...deps, api: new Hono() }),
    opa: createOpaApp(deps),
    control: createControlApp({
      faults: createFaults(),
      clock: createClock(),
      decisions: createDecisionLog(),
      environmentId: unused,
      reset: unused,
      snapshot: unused,
    }),
  });
  await expect(text).toMatchFileSnapshot('../SUPPORTED.md');
});
