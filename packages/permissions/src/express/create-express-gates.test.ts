import { createRequire } from 'node:module';
import express from 'express';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { createPermissions } from '../core/permissions.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { listen } from '../testing/fixtures/listen.ts';
import { stubDecider, type testPolicy } from '../testing/fixtures/test-policy.ts';
import { createExpressGates } from './create-express-gates.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;

const answers = {
  allow: 'allow',
  deny: 'deny',
  outage: new AuthorizationUnavailableError('timeout', { detail: 'test' }),
  bug: new RangeError('a bug'),
} as const;
let answer: keyof typeof answers;
let exported: string[];
let url: string;
let urlOfExpress4: string;

const express4: typeof express = createRequire(import.meta.url)('express-4');

const { decider, asked } = stubDecider(() => answers[answer]);

const onError: express.ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (!response.headersSent) response.status(500).send(String(error));
};

const getPermissions = (request: express.Request) => {
  const subject = request.get('x-subject');
  if (subject === undefined) throw new TypeError('no user is signed in');
  const actor = request.get('x-actor');
  return createPermissions(decider, {
    subject,
    tenant: 'acme',
    actors: actor === undefined ? [] : [actor],
  });
};

function start(createApp: typeof express): ReturnType<typeof listen> {
  const permitted = createExpressGates<Permission, Role>({ getPermissions });
  const permittedInPerson = createExpressGates<Permission, Role>({ getPermissions, actors: 'deny' });
  const app = createApp();
  app.get(
    '/members',
    permittedInPerson('members:view'),
    (_request, response) => void response.send('members'),
  );
  app.get(
    '/reports/:id/export',
    permitted('reports:view', ({ params }) => String(params.id)),
    (request, response) => {
      exported.push(String(request.params.id));
      response.send('csv');
    },
  );
  app.get(
    '/answered',
    (request, response, next) => {
      request.headers['x-subject'] = 'ann';
      response.send('early');
      next();
    },
    permitted('reports:view'),
  );
  // @ts-expect-error -- a permission that does not exist
  app.get('/never', permitted('reports:veiw'));
  app.use(onError);
  return listen(app);
}

beforeAll(async () => {
  const servers = await Promise.all([start(express), start(express4)]);
  [url, urlOfExpress4] = [servers[0].url, servers[1].url];
  return () => servers.forEach((server) => server.close());
});
beforeEach(() => {
  asked.length = 0;
  exported = [];
});

const get = (subject?: string, base = url): Promise<Response> =>
  fetch(`${base}/reports/7/export`, { headers: subject === undefined ? {} : { 'x-subject': subject } });

test('an allowed request reaches its route, and the check names the instance', async () => {
  answer = 'allow';
  expect(await (await get('ann')).text()).toBe('csv');
  expect(asked).toMatchObject([
    [{ subject: 'ann', tenant: 'acme', permission: 'reports:view', instance: '7' }],
  ]);
});

test("errors other than denials and outages go to the application's error handler", async () => {
  answer = 'bug';
  const response = await get('ann');
  expect([response.status, await response.text()]).toEqual([500, 'RangeError: a bug']);
  expect(exported).toEqual([]);
});

test("an error from getPermissions goes to the application's error handler, without a check", async () => {
  const response = await get();
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('no user is signed in');
  expect(asked).toEqual([]);
});

test('a gate does not respond to a request that was answered meanwhile', async () => {
  answer = 'outage';
  for (const base of [url, urlOfExpress4]) {
    const response = await fetch(`${base}/answered`); // oxlint-disable-line no-await-in-loop -- one after another
    expect([response.status, await response.text()]).toEqual([200, 'early']); // oxlint-disable-line no-await-in-loop
    expect((await get('ann', base)).status).toBe(503); // oxlint-disable-line no-await-in-loop
  }
});

test('Express 4, which does not handle rejections, responds to an outage and to each error', async () => {
  answer = 'outage';
  expect((await get('ann', urlOfExpress4)).status).toBe(503);
  expect(await (await get(undefined, urlOfExpress4)).text()).toContain('no user is signed in');
  answer = 'bug';
  expect(await (await get('ann', urlOfExpress4)).text()).toBe('RangeError: a bug');
  answer = 'allow';
  expect(await (await get('ann', urlOfExpress4)).text()).toBe('csv');
});

const members = (headers: Record<string, string>) => fetch(`${url}/members`, { headers });

test('a gate with `actors: deny` refuses an actor and allows the user', async () => {
  answer = 'allow';
  expect((await members({ 'x-subject': 'ann' })).status).toBe(200);
  const refused = await members({ 'x-subject': 'ann', 'x-actor': 'bob' });
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    { code: 'FORBIDDEN', permission: 'members:view', grantedBy: [] },
  ]);
  expect(asked).toHaveLength(1);
});
