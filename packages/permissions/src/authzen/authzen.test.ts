import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import express from 'express';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Check, Decider } from '../core/decision.ts';
import { definePolicy } from '../core/define-policy.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { createExpressAuthZenHandler } from '../express/create-express-authzen-handler.ts';
import { createAuthZenHandler } from '../fetch/create-authzen-handler.ts';
import { ListNotPlannableError } from '../list/list-plan.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { listen } from '../testing/fixtures/listen.ts';
import type { AuthZenEvaluated } from './evaluate.ts';

const policy = definePolicy({
  resources: {
    reports: {
      actions: ['view', 'publish'],
      attributes: { status: 'string' },
      roles: { owner: { permissions: ['view', 'publish'] } },
    },
    members: { actions: ['view'] },
  },
  roles: { viewer: { permissions: ['reports:view'] }, admin: { permissions: '*' } },
  resourceSets: { soft: { resource: 'reports', where: { 'context.soft': { equals: true } } } },
  rules: [{ role: 'viewer', resourceSet: 'soft', permissions: ['reports:publish'] }],
  defaultRole: 'viewer',
});
const people = ['ann', 'bob', 'cem', 'dot', 'eve'];
const permissions = createTestPermissions(policy, {
  users: Object.fromEntries(
    people.map((key) => [key, { roles: { acme: [key === 'ann' ? 'admin' : 'viewer'] } }]),
  ),
});

let asked: (readonly Check[])[];
let evaluated: (readonly [Check, AuthZenEvaluated])[];
let failure: Error | undefined;
beforeEach(() => {
  [asked, evaluated] = [[], []];
  failure = undefined;
});

const decider: Decider<typeof permissions extends Decider<infer P> ? P : never> = {
  ...permissions,
  async decide(checks, options) {
    asked.push(checks);
    if (failure !== undefined) throw failure;
    return permissions.decide(checks, options);
  },
};
const caller = {
  tenant: 'acme',
  onEvaluated: (check: Check, made: AuthZenEvaluated): void => void evaluated.push([check, made]),
};
const options = {
  policy,
  decider,
  findSubjects: () => Promise.resolve(['eve', 'dot', 'cem', 'bob', 'ann', 'ann', 'ghost']),
  findMembers: () => Promise.resolve(['bob']),
};
const handler = createAuthZenHandler({
  ...options,
  getCaller: ({ headers }) =>
    headers.get('authorization') === null
      ? new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } })
      : caller,
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const request = new Request(`https://pdp.example/access/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer x', ...headers },
    body: JSON.stringify(body),
  });
  const response = await handler(request);
  return { status: response.status, headers: response.headers, body: Object(await response.json()) };
}

const question = {
  subject: { type: 'user', id: 'bob' },
  action: { name: 'publish' },
  resource: { type: 'reports', id: '1' },
};

test('a denial has its reason for administrators and for users', async () => {
  expect((await post('evaluation', question)).body).toEqual({
    decision: false,
    context: {
      reason_admin: {
        403: expect.stringMatching(
          /^reports:publish: no_permission\..*admin.*owner of the instance.*viewer on soft/,
        ),
      },
      reason_user: { 403: 'Permission reports:publish is missing.' },
    },
  });
});

test.each([
  ['permission', { ...question, action: { name: 'fly' } }],
  ['subject type', { ...question, subject: { type: 'group', id: 'bob' } }],
  ['tenant', { ...question, resource: { ...question.resource, properties: { tenant: 'other' } } }],
])('an unknown %s is denied without a check', async (_, request) => {
  expect((await post('evaluation', request)).body).toMatchObject({
    decision: false,
    context: { reason_admin: { 404: expect.any(String) } },
  });
  expect(asked).toEqual([]);
});

test("checks use the caller's tenant, declared properties and used context; * is the resource as a whole", async () => {
  const subject = { type: 'user', id: 'ann' };
  const { body } = await post('evaluations', {
    subject,
    context: { soft: true, time: '2026-11-29T09:00:00Z', enable_abac_user_permissions: true },
    evaluations: [
      {
        action: { name: 'publish', properties: { soft: false, method: 'GET' } },
        resource: { type: 'reports', id: '1', properties: { status: 'draft', color: 'red', tenant: 'acme' } },
      },
      { action: { name: 'view' }, resource: { type: 'members', id: '*' } },
      { action: { name: 'fly' }, resource: { type: 'members', id: '*' } },
    ],
  });
  expect(body.evaluations).toMatchObject([{ decision: true }, { decision: true }, { decision: false }]);
  const ofAnn = { subject: 'ann', tenant: 'acme' };
  const context = { soft: true };
  const checks = [
    {
      ...ofAnn,
      permission: 'reports:publish',
      instance: '1',
      attributes: { status: 'draft' },
      // The action's property `soft` takes precedence over this one.
      context: { soft: false },
    },
    { ...ofAnn, permission: 'members:view', instance: undefined, attributes: undefined, context },
  ];
  expect(asked).toEqual([checks]);
  expect(evaluated.map(([check, { decision }]) => [check, decision?.outcome])).toEqual(
    checks.map((check) => [check, 'allow']),
  );
});

test('an outage is 503 without internal names, and is reported for each check', async () => {
  failure = new AuthorizationUnavailableError('connection', { detail: 'http://10.0.0.7:7766' });
  const { status, headers, body } = await post('evaluations', { ...question, evaluations: [{}, {}] });
  expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  expect(body).toEqual({ status: 503, code: 'AUTHORIZATION_UNAVAILABLE', title: expect.any(String) });
  expect(JSON.stringify(body)).not.toContain('10.0.0.7');
  expect(evaluated).toMatchObject([
    [{}, { outage: 'connection' }],
    [{}, { outage: 'connection' }],
  ]);
  expect((await post('search/action', question)).status).toBe(503);
});

test('a missing decision is an outage, also in a search, and an unknown error is rethrown', async () => {
  const short = createAuthZenHandler({
    ...options,
    decider: { ...decider, decide: async (checks) => (await permissions.decide(checks)).slice(1) },
    findResources: () => Promise.resolve(['1', '2']),
    getCaller: () => caller,
  });
  const asking = { ...question, subject: { type: 'user', id: 'ann' } };
  for (const path of ['evaluation', 'search/subject', 'search/resource', 'search/action']) {
    const request = new Request(`https://pdp.example/access/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asking),
    });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect([path, (await short(request)).status]).toEqual([path, 503]);
  }
  failure = new TypeError('broken');
  await expect(post('evaluation', question)).rejects.toThrow('broken');
});

test('the application refuses an unknown caller on every path except the configuration; a long body is 413', async () => {
  for (const path of ['access/v1/evaluation', 'access/v1/nowhere']) {
    const init = { method: 'POST', body: '{}', headers: { 'x-request-id': 'r1' } };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const refused = await handler(new Request(`https://pdp.example/${path}`, init));
    expect(refused.status).toBe(401);
    expect([refused.headers.get('www-authenticate'), refused.headers.get('x-request-id')]).toEqual([
      'Bearer',
      'r1',
    ]);
  }
  expect((await post('nowhere', question)).status).toBe(404);
  expect((await handler(new Request('https://pdp.example/elsewhere'))).status).toBe(404);
  expect((await post('evaluation', { ...question, more: 'x'.repeat(140_000) })).status).toBe(413);
  expect(asked).toEqual([]);
});

const metadataAt = async (of: typeof handler, url: string): Promise<unknown> => {
  const response = await of(new Request(url));
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  return response.json();
};

const at = (path: string) => `https://pdp.example/access/v1/${path}`;

test('the configuration names the offered searches; others are 501', async () => {
  expect(await metadataAt(handler, 'https://pdp.example/.well-known/authzen-configuration')).toEqual({
    policy_decision_point: 'https://pdp.example',
    access_evaluation_endpoint: at('evaluation'),
    access_evaluations_endpoint: at('evaluations'),
    search_subject_endpoint: at('search/subject'),
    search_action_endpoint: at('search/action'),
  });
  expect(await post('search/resource', question)).toMatchObject({
    status: 501,
    body: { code: 'SEARCH_NOT_SUPPORTED' },
  });
  const unplannable = createAuthZenHandler({
    ...options,
    decider: {
      ...decider,
      list() {
        throw new ListNotPlannableError('too_many_keys', 'bob has 20,000 keys');
      },
    },
    findResources: () => Promise.resolve([]),
    url: 'https://pdp.example/acme',
    getCaller: () => caller,
  });
  expect(
    await metadataAt(unplannable, 'https://internal/.well-known/authzen-configuration/acme'),
  ).toMatchObject({
    policy_decision_point: 'https://pdp.example/acme',
    search_resource_endpoint: 'https://pdp.example/acme/access/v1/search/resource',
  });
  const search = new Request('https://internal/acme/access/v1/search/resource', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  const refused = await unplannable(search);
  expect(refused.status).toBe(501);
  expect(await refused.text()).not.toContain('20,000');
});

test('without `findMembers`, the search for subjects is 501 for a permission that a rule grants, and only for it', async () => {
  const { findMembers: _, ...byRoles } = options;
  const unaware = createAuthZenHandler({ ...byRoles, getCaller: () => caller });
  const search = async (name: string): Promise<Response> =>
    unaware(
      new Request(at('search/subject'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...question, subject: { type: 'user' }, action: { name } }),
      }),
    );
  expect((await search('view')).status).toBe(200);
  const refused = await search('publish');
  expect([refused.status, await refused.json()]).toMatchObject([501, { code: 'SEARCH_NOT_SUPPORTED' }]);
});

test('other types of subjects are users too, if `subjectTypes` names them, and a search returns the type it asked for', async () => {
  const named = createAuthZenHandler({ ...options, subjectTypes: ['identity'], getCaller: () => caller });
  const ask = async (path: string, type: string): Promise<unknown> => {
    const body = JSON.stringify({ ...question, action: { name: 'view' }, subject: { type, id: 'bob' } });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    return (await named(new Request(at(path), init))).json();
  };
  expect(await ask('evaluation', 'identity')).toEqual({ decision: true });
  expect(await ask('evaluation', 'user')).toMatchObject({ decision: false });
  expect(await ask('search/subject', 'identity')).toEqual({
    results: people.map((id) => ({ type: 'identity', id })),
  });
});

test('the pages of a search contain each result once, and a token is valid for its own search only', async () => {
  const search = { subject: { type: 'user' }, action: { name: 'view' }, resource: question.resource };
  const pages: unknown[] = [];
  let page: object = { limit: 2 };
  for (let token = 'first'; token !== '';) {
    // oxlint-disable-next-line no-await-in-loop -- the next page needs the token
    const { body } = await post('search/subject', { ...search, page });
    expect(Object.keys(body)[0]).toBe('page');
    pages.push(body.results.map(({ id }: { readonly id: string }) => id));
    expect(body.page.count).toBe(body.results.length);
    token = body.page.next_token;
    // No `limit`: the first request has set it.
    page = { token };
  }
  expect(pages).toEqual([['ann', 'bob'], ['cem', 'dot'], ['eve']]);

  const { body } = await post('search/subject', { ...search, page: { limit: 2 } });
  const token = body.page.next_token;
  const others = [
    { ...search, action: { name: 'publish' }, page: { token } },
    { ...search, page: { token, limit: 3 } },
    { ...search, page: { token: btoa('[1]') } },
  ];
  for (const other of others) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect((await post('search/subject', other)).status).toBe(400);
  }
  expect((await post('search/action', { ...question, page: { token } })).status).toBe(400);
  expect((await post('search/subject', { ...search, page: { limit: 0 } })).body.results).toEqual([]);
});

async function serve(...before: express.RequestHandler[]): Promise<string> {
  const app = express();
  if (before.length > 0) app.use(...before);
  app.use(
    createExpressAuthZenHandler({
      ...options,
      getCaller(request) {
        if (request.get('authorization') === undefined) throw new TypeError('who?');
        return caller;
      },
    }),
  );
  app.get('/page', (_request, response) => void response.send('page'));
  // oxlint-disable-next-line max-params -- Express recognizes an error handler by its four parameters
  app.use(((error: Error, _request, response, _next) => {
    response.status(418).send(error.message);
  }) satisfies express.ErrorRequestHandler);
  const { url, close } = await listen(app);
  onTestFinished(close);
  return url;
}

test.each([
  ['without a body parser', []],
  ['with one', [express.json()]],
  ['with a raw one', [express.text({ type: 'application/json' })]],
] as const)('Express answers the same, %s', async (_, before) => {
  const url = await serve(...before);
  const headers = { 'content-type': 'Application/JSON', authorization: 'Bearer x', 'x-request-id': 'r1' };
  const init = { method: 'POST', headers, body: JSON.stringify(question) };
  const response = await fetch(`${url}/access/v1/evaluation`, init);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(response.headers.get('x-request-id')).toBe('r1');
  expect(await response.json()).toEqual((await post('evaluation', question)).body);
  expect(await (await fetch(`${url}/page`)).text()).toBe('page');
  const stranger = await fetch(`${url}/access/v1/evaluation`, { method: 'POST' });
  expect([stranger.status, await stranger.text()]).toEqual([418, 'who?']);
  const configured = `${url}/.well-known/authzen-configuration`;
  const configuration = await (await fetch(configured)).json();
  expect(configuration).toMatchObject({ access_evaluation_endpoint: `${url}/access/v1/evaluation` });
  expect(await once(get(configured, { headers: { host: '[' } }), 'response')).toMatchObject([
    { statusCode: 400, headers: { 'content-type': 'application/problem+json' } },
  ]);
});

const nestedIn = (open: string, close: string, depth: number): string =>
  `${open.repeat(depth)}null${close.repeat(depth)}`;

test.each([
  ['without a body parser', []],
  ['with one', [express.json({ limit: 200_000 })]],
] as const)('deep nesting anywhere in any body is 400, and not below the bound: %s', async (_, before) => {
  const url = await serve(...before);
  const ask = async (path: string, body: string): Promise<number> => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
    return (await fetch(`${url}/access/v1/${path}`, { method: 'POST', headers, body })).status;
  };
  const { subject, action, resource } = question;
  const bodiesWith = (deep: string): string[] =>
    [
      { subject, action, resource, context: 'deep' },
      { subject, action, resource: { ...resource, properties: 'deep' } },
      { subject, action: { ...action, properties: 'deep' }, resource },
      { subject, action, resource, more: 'deep' },
      { subject, action, resource, page: 'deep' },
    ].map((body) => JSON.stringify(body).replace('"deep"', `{"x":${deep}}`));
  for (const path of ['evaluation', 'evaluations', 'search/action', 'search/subject', 'search/resource']) {
    const all = (deep: string) => Promise.all(bodiesWith(deep).map((body) => ask(path, body)));
    /* oxlint-disable no-await-in-loop -- one path after the other */
    expect([path, await all(nestedIn('{"a":', '}', 15_000))]).toEqual([path, [400, 400, 400, 400, 400]]);
    expect([path, await all(nestedIn('[', ']', 30_000))]).toEqual([path, [400, 400, 400, 400, 400]]);
    expect([path, await all(nestedIn('[', ']', 99))]).toEqual([path, [400, 400, 400, 400, 400]]);
    const usual = path === 'search/resource' ? 501 : 200;
    expect([path, await all(nestedIn('[', ']', 97))]).toEqual([path, [usual, usual, usual, usual, usual]]);
    /* oxlint-enable no-await-in-loop */
  }
});

const configurationAt = (url: string, host: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${url}/.well-known/authzen-configuration`, { headers: { host } }, resolve).on('error', reject);
  });

test("the request's Host is in no configuration that may be cached, and only as a host", async () => {
  const url = await serve();
  for (const host of [
    'a@b',
    'evil.example/path?',
    'evil.example?',
    'evil.example#',
    String.raw`evil.example\x`,
  ])
    expect([host, (await configurationAt(url, host)).statusCode]).toEqual([host, 400]);
  const { statusCode, headers } = await configurationAt(url, 'evil.example');
  expect([statusCode, headers['cache-control']]).toEqual([200, 'no-store']);
  const named = createAuthZenHandler({ ...options, url: 'https://pdp.example', getCaller: () => caller });
  const response = await named(new Request('https://evil.example/.well-known/authzen-configuration'));
  expect(response.headers.get('cache-control')).toBe('max-age=300');
  expect(await response.text()).not.toContain('evil');
});

test('Express refuses a long body with 413', async () => {
  const response = await fetch(`${await serve()}/access/v1/evaluation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
    body: JSON.stringify({ ...question, more: 'x'.repeat(140_000) }),
  });
  expect(response.status).toBe(413);
});
