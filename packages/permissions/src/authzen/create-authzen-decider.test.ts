import { text } from 'node:stream/consumers';
import { beforeEach, expect, test } from 'vitest';
import { definePolicy } from '../core/define-policy.ts';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { createPermissions } from '../core/permissions.ts';
import { listen } from '../testing/fixtures/listen.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createAuthZenDecider, type AuthZenDecider } from './create-authzen-decider.ts';

let decider: AuthZenDecider<typeof testPolicy>;
let answers: (path: string | undefined, body: unknown) => readonly [status: number, body: unknown];
let requests: { path: string | undefined; authorization: string | undefined; body: unknown }[];
let token: () => string;

beforeEach(async () => {
  requests = [];
  token = () => 'machine';
  const pdp = await listen((request, response) => {
    void text(request).then((sent) => {
      const body: unknown = sent === '' ? undefined : JSON.parse(sent);
      requests.push({ path: request.url, authorization: request.headers.authorization, body });
      const [status, answer] = answers(request.url, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  decider = createAuthZenDecider({
    policy: testPolicy,
    url: `${pdp.url}/stores/1`,
    token: () => token(),
    deadline: 30_000,
    retries: 0,
    onOutage() {},
  });
  return async () => {
    pdp.close();
    await decider.close();
  };
});

const check = { subject: 'ann', tenant: 'acme', permission: 'reports:view' } as const;
const whole = {
  subject: { type: 'user', id: 'ann' },
  action: { name: 'view' },
  resource: { type: 'reports', id: '*', properties: { tenant: 'acme' } },
};

test('sends one check to `evaluation`, several to `evaluations`, and caches a repeated one', async () => {
  answers = (path) =>
    path?.endsWith('evaluation') === true
      ? [200, { decision: true, future: 1 }]
      : [200, { evaluations: [{ decision: false }, { decision: true }] }];
  expect(await decider.decide([check])).toEqual([{ outcome: 'allow', permission: 'reports:view' }]);
  const detailed = {
    ...check,
    instance: '1',
    attributes: { pages: 3 },
    context: { soft: true },
    userAttributes: { dept: 'hr' },
  };
  const decisions = await decider.decide([check, detailed, { ...check, permission: 'reports:publish' }]);
  expect(decisions).toMatchObject([
    { outcome: 'allow' },
    { outcome: 'deny', reason: 'denied' },
    { outcome: 'allow' },
  ]);
  const authorization = 'Bearer machine';
  expect(requests).toEqual([
    { path: '/stores/1/access/v1/evaluation', authorization, body: whole },
    {
      path: '/stores/1/access/v1/evaluations',
      authorization,
      body: {
        evaluations: [
          {
            ...whole,
            subject: { ...whole.subject, properties: { dept: 'hr' } },
            resource: { type: 'reports', id: '1', properties: { pages: 3, tenant: 'acme' } },
            context: { soft: true },
          },
          { ...whole, action: { name: 'publish' } },
        ],
      },
    },
  ]);
  void decider.invalidate({ subject: 'ann' });
  await decider.decide([check]);
  expect(requests).toHaveLength(3);
});

test('sends at most 50 checks in one call', async () => {
  const counts: number[] = [];
  answers = (_path, body) => {
    const { evaluations } = Object(body);
    counts.push(evaluations.length);
    return [200, { evaluations: evaluations.map(() => ({ decision: true })) }];
  };
  await decider.decide(Array.from({ length: 120 }, (_, index) => ({ ...check, instance: String(index) })));
  expect(counts).toEqual([50, 50, 20]);
});

test.each([
  ['user_not_synced', 'unknown_subject'],
  ['constructor', 'denied'],
])("reads Permit's reason for a denial: %s", async (code, reason) => {
  answers = () => [200, { decision: false, context: { rbac: { code } } }];
  expect(await decider.decide([check])).toMatchObject([{ outcome: 'deny', reason }]);
});

test.each([
  [
    'a failed evaluation',
    [200, { decision: false, context: { error: { status: 503, message: 'down' } } }],
    'status',
  ],
  ['no decision', [200, {}], 'malformed'],
  ['a text', [200, { decision: 'true' }], 'malformed'],
  ['401', [401, 'who?'], 'status'],
  ['500', [500, {}], 'status'],
] as const)('%s is an outage, never a decision', async (_, answer, outage) => {
  answers = () => answer;
  const error: unknown = await decider.decide([check]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AuthorizationUnavailableError);
  expect(error).toMatchObject({ outage });
});

test('too few answers, and a token that cannot be fetched, are outages', async () => {
  answers = () => [200, { evaluations: [{ decision: true }] }];
  const both = [check, { ...check, instance: '1' }];
  await expect(decider.decide(both)).rejects.toMatchObject({ outage: 'malformed' });
  token = () => {
    throw new Error('no token');
  };
  await expect(decider.decide([check])).rejects.toBeInstanceOf(AuthorizationUnavailableError);
  expect(requests).toHaveLength(1);
});

test('a failed evaluation is an outage for its own check only', async () => {
  const failed = { decision: false, context: { error: { status: 500, message: 'down' } } };
  answers = () => [200, { evaluations: [{ decision: true }, failed] }];
  const decided = decider.decide([check]);
  await expect(decider.decide([{ ...check, instance: '1' }])).rejects.toMatchObject({ outage: 'status' });
  expect(await decided).toMatchObject([{ outcome: 'allow' }]);
});

test('a token that does not arrive is an outage at the deadline', async () => {
  const { promise } = Promise.withResolvers<string>();
  const waiting = createAuthZenDecider({
    policy: testPolicy,
    url: 'http://127.0.0.1:9',
    token: () => promise,
    deadline: 20,
    onOutage() {},
  });
  await expect(waiting.decide([check])).rejects.toMatchObject({ outage: 'timeout' });
  expect(await waiting.health()).toBe('unavailable');
  await waiting.close();
});

test('a token that does not arrive for a retry after the deadline is an outage, too', async () => {
  let calls = 0;
  const late = createAuthZenDecider({
    policy: testPolicy,
    url: 'http://127.0.0.1:9',
    // A question has one retry. The deadline usually passes during the pause before it.
    token: () => ((calls += 1) % 2 === 1 ? Promise.reject(new Error('busy')) : new Promise(() => {})),
    deadline: 5,
    retries: 1,
    breakAfter: Infinity,
    onOutage() {},
  });
  for (let attempt = 0; attempt < 20; attempt += 1) {
    calls = 0;
    // oxlint-disable-next-line no-await-in-loop -- questions of one tick would be one call
    await expect(late.decide([check])).rejects.toBeInstanceOf(AuthorizationUnavailableError);
  }
  await late.close();
});

test('an engine that does not know the resource denies: 404 in an evaluation is a denial', async () => {
  answers = () => [
    200,
    { decision: false, context: { error: { status: 404, message: 'Resource not found' } } },
  ];
  expect(await decider.decide([check])).toMatchObject([{ outcome: 'deny' }]);
});

test('health asks a question with a known answer', async () => {
  answers = () => [200, { decision: false }];
  expect(await decider.health()).toBe('ok');
  answers = () => [200, { decision: true }];
  expect(await decider.health()).toBe('wrong');
  answers = () => [500, {}];
  expect(await decider.health()).toBe('unavailable');
});

test("a denial names none of the table's roles and rules, because the engine has its own policy", async () => {
  answers = () => [200, { decision: false }];
  expect(await decider.decide([{ ...check, instance: '1' }])).toEqual([
    {
      outcome: 'deny',
      permission: 'reports:view',
      reason: 'denied',
      grantedBy: [],
      grantedByInstanceRoles: [],
    },
  ]);
});

const user = { subject: 'ann', tenant: 'acme' };
const offered = { search_resource_endpoint: 'https://elsewhere.example/access/v1/search/resource' };
const found = (ids: readonly string[], next_token?: string) => ({
  results: ids.map((id) => ({ type: 'reports', id })),
  ...(next_token !== undefined && { page: { next_token } }),
});

test('a list is the ids of the search for resources, from all pages, cached until an invalidation', async () => {
  answers = (path, body) => {
    if (path?.includes('well-known') === true) return [200, offered];
    return [200, Object(body).page.token === 'second' ? found(['1', '*', '2'], '') : found(['3'], 'second')];
  };
  const permissions = createPermissions(decider, user);
  const plan = { kind: 'some', permission: 'reports:view', tenant: 'acme' };
  expect(await permissions.list('reports:view')).toEqual({
    ...plan,
    any: [{ by: 'id', keys: ['1', '2', '3'] }],
  });
  const search = {
    subject: { type: 'user', id: 'ann' },
    action: { name: 'view' },
    resource: { type: 'reports', properties: { tenant: 'acme' } },
  };
  expect(requests.map(({ path, body }) => [path, body])).toEqual([
    ['/.well-known/authzen-configuration/stores/1', undefined],
    ['/stores/1/access/v1/search/resource', { ...search, page: { limit: 1000 } }],
    ['/stores/1/access/v1/search/resource', { ...search, page: { token: 'second' } }],
  ]);
  await permissions.list('reports:view');
  expect(requests).toHaveLength(3);
  void decider.invalidate({ subject: 'ann' });
  await permissions.list('reports:view');
  expect(requests).toHaveLength(6);
});

test('a list without results selects no row', async () => {
  answers = (path) => [200, path?.includes('well-known') === true ? offered : found([])];
  expect(await createPermissions(decider, user).list('reports:view')).toMatchObject({ kind: 'none' });
});

test.each([
  ['an engine without a configuration', 'unsupported_pdp', [404, {}], [200, found(['1'])]],
  ['a configuration without the search', 'unsupported_pdp', [200, {}], [200, found(['1'])]],
  ['a search that is not implemented', 'unsupported_pdp', [200, offered], [501, {}]],
  [
    'more than 10,000 results',
    'too_many_keys',
    [200, offered],
    [200, found(Array.from({ length: 10_001 }, (_, index) => String(index)))],
  ],
  ['pages without an end', 'too_many_keys', [200, offered], [200, found(['1'], 'again')]],
] as const)('%s plans no list: %s', async (_, reason, configuration, search) => {
  answers = (path) => (path?.includes('well-known') === true ? configuration : search);
  await expect(createPermissions(decider, user).list('reports:view')).rejects.toMatchObject({
    code: 'LIST_NOT_PLANNABLE',
    reason,
  });
});

test('an outage of the search is an outage of the list', async () => {
  answers = (path) => (path?.includes('well-known') === true ? [200, offered] : [500, {}]);
  await expect(createPermissions(decider, user).list('reports:view')).rejects.toBeInstanceOf(
    AuthorizationUnavailableError,
  );
});

test('`grants` returns permissions without roles; explanations are refused', async () => {
  answers = (_path, body) => [
    200,
    {
      evaluations: Object(body).evaluations.map(({ action }: typeof whole) => ({
        decision: action.name === 'view',
      })),
    },
  ];
  const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
  expect(await permissions.granted()).toEqual({ roles: [], permissions: ['reports:view', 'members:view'] });
  await expect(permissions.explain('reports:view', undefined)).rejects.toMatchObject({
    code: 'EXPLANATION_UNAVAILABLE',
  });
});

test('throws at the start for an attribute named like the tenant property, and for an invalid address', () => {
  const policy = definePolicy({
    resources: { reports: { actions: ['view'], attributes: { tenant: 'string' } } },
    roles: { viewer: { permissions: ['reports:view'] } },
    defaultRole: 'viewer',
  });
  expect(() => createAuthZenDecider({ policy, url: 'http://localhost:3592' })).toThrow(/reports.*"tenant"/);
  expect(() => createAuthZenDecider({ policy: testPolicy, url: 'localhost:3592' })).toThrow(/`url`/);
});
