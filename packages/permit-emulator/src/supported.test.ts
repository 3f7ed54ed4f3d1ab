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

interface Operation {
  readonly method: string;
  readonly path: string;
}

function list(operations: Iterable<Operation>): string {
  const lines = new Set([...operations].map(({ method, path }) => `- \`${method} ${path}\``));
  return [...lines].join('\n');
}

function topics(operations: readonly Operation[]): string {
  const groups = Map.groupBy(operations, ({ path }) => path.split('/').slice(0, 3).join('/'));
  return [...groups].map(([topic, of]) => `### ${topic}\n\n${list(of)}`).join('\n\n');
}

/** The test only reads the routes. */
function unused(): never {
  throw new Error('not called');
}

test('SUPPORTED.md lists the registered routes', async () => {
  const deps = { account: unused, decisions: createDecisionLog() };
  const pdp = createPdpApp({ ...deps, api: new Hono() });
  const opa = createOpaApp({ ...deps, defaultEnvironment: unused });
  const control = createControlApp({
    faults: createFaults(),
    clock: createClock(),
    decisions: createDecisionLog(),
    environmentId: unused,
    reset: unused,
    snapshot: unused,
  });
  const page = readFileSync(join(import.meta.dirname, '../SUPPORTED.md'), 'utf8');
  await expect(`# What is supported

This package's tests generate the lists of routes. To change the lists, change the routes, then run the tests with \`-u\`.

## Management API

The emulator has ${routes.length} of the 252 operations of Permit's OpenAPI document.

${topics(routes)}

## PDP

${list(pdp.routes.filter(({ path }) => path !== '/*'))}

## OPA

${list(opa.routes)}

## The emulator's control API, on every port

${list(control.routes)}

${page.slice(page.indexOf('## Not supported'))}`).toMatchFileSnapshot('../SUPPORTED.md');
});
