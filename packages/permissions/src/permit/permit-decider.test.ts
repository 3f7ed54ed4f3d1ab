import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeEach, expect, test } from 'vitest';
import { AuthorizationUnavailableError } from '../core/errors.ts';
import { listenJson } from '../testing/fixtures/listen.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermitDecider } from './permit-decider.ts';
import type { PermitDecider } from './permit-decider-types.ts';
import { createPermitDirectory } from './permit-directory.ts';
import type { PdpCall } from './telemetry.ts';

/** A real PDP cannot be made to fail. */
let url: string;
let decider: PermitDecider<typeof testPolicy>;
let respond: (request: IncomingMessage, response: ServerResponse, body: unknown) => void;
let requests: { path: string | undefined; authorization: string | undefined; body: unknown }[];

beforeEach(async () => {
  requests = [];
  const pdp = await listenJson((body, request, response) => {
    requests.push({ path: request.url, authorization: request.headers.authorization, body });
    respond(request, response, body);
  });
  url = `${pdp.url}/pdp/`;
  decider = createPermitDecider({ policy: testPolicy, url, apiKey: 'key', deadline: 30_000 });
  return async () => {
    pdp.close();
    await decider.close();
  };
});

const json =
  (body: unknown, status = 200) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const check = { subject: 'ann', tenant: 'acme', permission: 'reports:view' } as const;
const outageOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof AuthorizationUnavailableError ? error.outage : `not an outage: ${String(error)}`;
};

test("sends one check to /allowed, as the official SDK does, below the URL's base path", async () => {
  respond = json({ allow: true, result: false });
  expect(await decider.decide([{ ...check, instance: '1' }])).toEqual([
    { outcome: 'allow', permission: 'reports:view' },
  ]);
  expect(requests).toEqual([
    {
      path: '/pdp/allowed',
      authorization: 'Bearer key',
      body: {
        user: { key: 'ann' },
        action: 'view',
        resource: { type: 'reports', key: '1', tenant: 'acme' },
        context: {},
      },
    },
  ]);
});

test('sends several checks in one request to /allowed/bulk and returns decisions in order', async () => {
  respond = json({ allow: [{ allow: false }, { allow: true }] });
  const decisions = await decider.decide([check, { ...check, permission: 'members:view' }]);
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['deny', 'allow']);
  expect(requests.map(({ path }) => path)).toEqual(['/pdp/allowed/bulk']);
});

test('splits checks that exceed the bulk limit into several calls and returns decisions in order', async () => {
  respond = (request, response, body) => {
    const queries = Array.isArray(body) ? body : [];
    json({ allow: queries.map((_, index) => ({ allow: queries.length === 50 && index === 49 })) })(
      request,
      response,
    );
  };
  const decisions = await decider.decide(
    Array.from({ length: 250 }, (_, index) => ({ ...check, instance: String(index) })),
  );
  expect(decisions.map(({ outcome }) => outcome).lastIndexOf('allow')).toBe(249);
  expect(decisions.filter(({ outcome }) => outcome === 'allow')).toHaveLength(1);
  expect(requests).toHaveLength(2);
});

test.each([
  ['user_not_synced', 'unknown_subject'],
  ['no_user_roles', 'no_role_in_tenant'],
  ['no_role_in_tenant', 'no_role_in_tenant'],
  ['no_such_tenant', 'no_role_in_tenant'],
  ['no_permission', 'no_permission'],
  ['no_such_resource', 'unknown_permission'],
  ['no_such_action', 'unknown_permission'],
  ['a_code_of_tomorrow', 'denied'],
])('a deny with code %s has the reason %s and names the roles that grant it', async (code, reason) => {
  respond = json({ allow: false, debug: { rbac: { code } } });
  expect(await decider.decide([check])).toEqual([
    {
      outcome: 'deny',
      permission: 'reports:view',
      reason,
      grantedBy: ['viewer', 'editor', 'admin'],
      grantedByInstanceRoles: [],
    },
  ]);
});

test.each([
  ['a response of OPA itself', { result: { allow: true } }, 'allow'],
  ['a deny without debug', { allow: false }, 'deny'],
  ['a deny whose debug is null', { allow: false, debug: null }, 'deny'],
])('%s is accepted', async (_, body, outcome) => {
  respond = json(body);
  expect((await decider.decide([check]))[0]?.outcome).toBe(outcome);
});

test.each([
  ['204', 'status', (_: IncomingMessage, response: ServerResponse) => response.writeHead(204).end()],
  ['a page of HTML', 'malformed', (_: IncomingMessage, response: ServerResponse) => response.end('<html>')],
  ['no allow', 'malformed', json({ result: true })],
  ['allow as a string', 'malformed', json({ allow: 'true' })],
  ['a cut connection', 'connection', (request: IncomingMessage) => request.socket.destroy()],
])('%s is an outage (%s), neither a deny nor an allow', async (_, outage, responder) => {
  respond = responder;
  expect(await outageOf(decider.decide([check]))).toBe(outage);
  expect(await decider.health()).toBe('unavailable');
});

test('no response before the deadline is an outage (timeout), neither a deny nor an allow', async () => {
  respond = () => {};
  const hasty = createPermitDecider({ policy: testPolicy, url, apiKey: 'key', deadline: 100 });
  expect(await outageOf(hasty.decide([check]))).toBe('timeout');
  expect(await hasty.health()).toBe('unavailable');
  await hasty.close();
});

test.each([
  [[]],
  [[{ allow: true }]],
  [[{ allow: true }, { allow: true }, { allow: true }]],
  [[{ allow: true }, {}]],
])('the bulk response %j to two checks is an outage', async (allow) => {
  respond = json({ allow });
  expect(await outageOf(decider.decide([check, check]))).toBe('malformed');
});

test('retries a request when the PDP closes its keep-alive connection', async () => {
  let calls = 0;
  respond = (request, response) => {
    calls += 1;
    if (calls === 1) request.socket.destroy();
    else json({ allow: true })(request, response);
  };
  expect((await decider.decide([check]))[0]?.outcome).toBe('allow');
});

test.each([
  [{ allow: false }, 'ok'],
  [{ allow: false, debug: { rbac: { code: 'user_not_synced' } } }, 'ok'],
  [{ allow: true }, 'wrong'],
  [{ allow: false, debug: { rbac: { code: 'no_such_resource' } } }, 'wrong'],
  [{ allow: false, debug: { rbac: { code: 'no_such_action' } } }, 'wrong'],
])('health: a PDP that answers %j is %s', async (answer, health) => {
  respond = json(answer);
  expect(await decider.health()).toBe(health);
  expect(requests).toMatchObject([
    {
      path: '/pdp/allowed',
      body: { user: { key: 'latchkey-known-answer' }, resource: { tenant: 'default' } },
    },
  ]);
});

test('reports an open circuit breaker, and the outcome of each call to the PDP', async () => {
  const calls: PdpCall[] = [];
  const fragile = createPermitDecider({
    policy: testPolicy,
    url,
    apiKey: 'key',
    deadline: 30_000,
    retries: 0,
    breakAfter: 1,
    onCall: (call) => calls.push(call),
  });
  respond = json({ allow: true });
  await fragile.decide([check]);
  expect(fragile.isBroken()).toBe(false);
  respond = (_request, response) => response.writeHead(503).end();
  const others = ['bob', 'cy'].map((subject) => ({ ...check, subject }));
  for (const other of others) await outageOf(fragile.decide([other])); // oxlint-disable-line no-await-in-loop -- the second meets the open breaker
  expect(fragile.isBroken()).toBe(true);
  expect(calls.map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ['allowed', 'answered'],
    ['allowed', 'status'],
    ['allowed', 'circuit'],
  ]);
  await fragile.close();
});

test('grants returns the roles and permissions in the tenant that the policy defines', async () => {
  respond = json({
    '__tenant:acme': {
      roles: ['editor', 'stranger'],
      permissions: ['reports:create', 'ghosts:see', 'reports:view'],
    },
    '__tenant:other': { roles: ['admin'], permissions: ['members:view'] },
  });
  expect(await decider.grants('ann', 'acme')).toEqual({
    roles: ['editor'],
    permissions: ['reports:view', 'reports:create'],
  });
  expect(requests).toMatchObject([
    {
      path: '/pdp/user-permissions',
      body: { user: { key: 'ann' }, tenants: ['acme'], resource_types: ['__tenant'] },
    },
  ]);
  respond = json({});
  expect(await decider.grants('ann', 'acme')).toEqual({ roles: [], permissions: [] });
});

test('a check carries the attributes of its instance and its context', async () => {
  respond = json({ allow: true });
  await decider.decide([{ ...check, instance: '1', attributes: { pages: 3 }, context: { mfa: true } }]);
  expect(requests[0]?.body).toMatchObject({
    resource: { key: '1', attributes: { pages: 3 } },
    context: { mfa: true },
  });
});

test.each([
  [408, 3],
  [429, 3],
  [500, 3],
  [503, 3],
  [400, 1],
  [401, 1],
  [403, 1],
  [404, 1],
  [499, 1],
])('status %i is an outage after %i requests', async (status, count) => {
  respond = json({ allow: true }, status);
  expect(await outageOf(decider.decide([check]))).toBe('status');
  expect(requests).toHaveLength(count);
});

test('does not retry a malformed response, because the PDP would repeat it', async () => {
  respond = json({ allow: 'yes' });
  expect(await outageOf(decider.decide([check]))).toBe('malformed');
  expect(requests).toHaveLength(1);
});

test('returns roles on instances of the requested resources, limited to those that the policy defines', async () => {
  respond = json({
    'reports:a:1': {
      roles: ['reader', 'owner', 'keeper'],
      permissions: ['reports:publish', 'reports:stamp'],
    },
    'reports:b': { roles: null },
    'folders:1': { roles: ['owner'], permissions: ['reports:view'] },
    '__tenant:acme': { roles: ['viewer'], permissions: ['reports:view'] },
  });
  const user = { subject: 'ann', tenant: 'acme' };
  expect(await decider.instanceGrants(user, ['reports'])).toEqual([
    { resource: 'reports', instance: 'a:1', roles: ['owner', 'reader'], permissions: ['reports:publish'] },
    { resource: 'reports', instance: 'b', roles: [], permissions: [] },
  ]);
  expect(requests).toMatchObject([
    {
      path: '/pdp/user-permissions',
      body: { user: { key: 'ann' }, tenants: ['acme'], resource_types: ['reports'] },
    },
  ]);
  expect(await decider.instanceGrants(user, [])).toEqual([]);
  expect(requests).toHaveLength(1);
  respond = json({ 'reports:b': { roles: 'owner' } });
  expect(await outageOf(decider.instanceGrants(user, ['reports']))).toBe('malformed');
});

test('returns the keys of the users who have a permission', async () => {
  respond = json({ resource: 'reports:1', tenant: 'acme', users: { ann: [], bob: [{ role: 'editor' }] } });
  const { subject: _, ...question } = check;
  expect(await decider.authorizedUsers({ ...question, instance: '1' })).toEqual(['ann', 'bob']);
  expect(requests).toMatchObject([
    {
      path: '/pdp/authorized_users',
      body: { action: 'view', resource: { type: 'reports', key: '1', tenant: 'acme' }, context: {} },
    },
  ]);
  expect(requests[0]?.body).not.toHaveProperty('user');
  respond = json({ users: [] });
  expect(await outageOf(decider.authorizedUsers(question))).toBe('malformed');
});

test('returns the tenants in which the PDP allows the permission', async () => {
  respond = json({
    allowed_tenants: [
      { allow: true, tenant: { key: 'acme', attributes: {} } },
      { allow: false, tenant: { key: 'zeta' } },
      { allow: true, tenant: { key: 'beta' } },
    ],
  });
  const { tenant: _, ...question } = check;
  expect(await decider.allTenants({ ...question, instance: '1' })).toEqual(['acme', 'beta']);
  expect(requests).toMatchObject([
    {
      path: '/pdp/allowed/all-tenants',
      body: { user: { key: 'ann' }, action: 'view', resource: { type: 'reports', key: '1' }, context: {} },
    },
  ]);
  expect(requests[0]?.body).not.toHaveProperty('resource.tenant');
  for (const malformed of [{ allow: true }, { allow: true, tenant: {} }, { tenant: { key: 'acme' } }]) {
    respond = json({ allowed_tenants: [malformed] });
    expect(await outageOf(decider.allTenants(question))).toBe('malformed'); // oxlint-disable-line no-await-in-loop -- one response after the other
  }
});

test('a closed decider makes no calls', async () => {
  respond = json({ allow: true });
  const closed = createPermitDecider({ policy: testPolicy, url, apiKey: 'key', retries: 0 });
  await Promise.all([closed.close(), closed.close()]);
  expect(await outageOf(closed.decide([check]))).toBe('connection');
  expect(requests).toEqual([]);
});

test("a question about a user's roles joins an identical one in flight, unless a change came in between", async () => {
  const waiting: (() => void)[] = [];
  let roles = ['viewer'];
  respond = (request, response) => {
    const body = { '__tenant:acme': { roles, permissions: [] } };
    waiting.push(() => json(body)(request, response));
  };
  const arrived = (count: number) => expect.poll(() => waiting.length).toBe(count);
  const before = [
    decider.grants('ann', 'acme'),
    decider.grants('ann', 'acme'),
    decider.grants('ann', 'acme'),
  ];
  await arrived(1);
  roles = ['editor'];
  void decider.invalidate({ subject: 'ann' });
  const after = decider.grants('ann', 'acme');
  const other = decider.grants('bob', 'acme');
  await arrived(3);
  for (const send of waiting) send();
  expect((await Promise.all(before)).map((found) => found.roles)).toEqual([
    ['viewer'],
    ['viewer'],
    ['viewer'],
  ]);
  expect((await after).roles).toEqual(['editor']);
  await other;
  const again = decider.grants('ann', 'acme');
  await arrived(4);
  waiting[3]?.();
  await again;
});

test.each([
  ['localhost:7766', 'key', '`url` is not an HTTP address'],
  ['', 'key', '`url` is not an HTTP address'],
  ['http://', 'key', '`url` is not an HTTP address'],
  ['http://localhost:7766', '', '`apiKey` is empty'],
])('an address %j with the key %j is refused at start', (address, apiKey, message) => {
  expect(() => createPermitDecider({ policy: testPolicy, url: address, apiKey })).toThrow(message);
  const ofApi = message.replace('`url`', '`apiUrl`');
  expect(() => createPermitDirectory({ policy: testPolicy, apiUrl: address, apiKey })).toThrow(ofApi);
});

test('an invalid check fails alone: the other checks of the same call get their decisions', async () => {
  respond = (request, response, body) => {
    if (JSON.stringify(body).includes('\\ud800')) json({}, 422)(request, response);
    else if (Array.isArray(body)) json({ allow: body.map(() => ({ allow: true })) })(request, response);
    else json({ allow: true })(request, response);
  };
  const checks = ['1', '2', '3', '4', '5'].map((instance) => ({ ...check, instance }));
  const asked = checks.map((one) => decider.decide([one]));
  const invalid = decider.decide([{ ...check, context: { text: '\ud800' } }]);
  await expect(invalid).rejects.toBeInstanceOf(AuthorizationUnavailableError);
  expect((await Promise.all(asked)).flat()).toEqual(
    checks.map(() => expect.objectContaining({ outcome: 'allow' })),
  );
  requests = [];
  expect(await decider.decide([{ ...check, instance: '\ud800' }])).toMatchObject([{ outcome: 'deny' }]);
  expect(requests).toEqual([]);
});

test('decisions about very long ids are not cached, so that callers cannot fill the memory', async () => {
  respond = json({ allow: true });
  for (const instance of ['7', '7', 'x'.repeat(3_000), 'x'.repeat(3_000)])
    await decider.decide([{ ...check, instance }]); // oxlint-disable-line no-await-in-loop -- one after another
  expect(requests).toHaveLength(3);
});

test('a change of an instance affects checks on instances whose roles derive from it, directly or transitively', async () => {
  const reader = { permissions: ['view'] };
  const from = (on: string) => ({ ...reader, derivedFrom: [{ role: 'reader', on, via: 'parent' }] });
  const nested = createPermitDecider({
    policy: {
      resources: {
        folders: { actions: ['view'], roles: { reader } },
        reports: { actions: ['view'], relations: { parent: 'folders' }, roles: { reader: from('folders') } },
        pages: { actions: ['view'], relations: { parent: 'reports' }, roles: { reader: from('reports') } },
      },
      roles: { viewer: { permissions: [] } },
      defaultRole: 'viewer',
    },
    url,
    apiKey: 'key',
    cache: { propagationDelay: 0, ttl: 600_000 },
  });
  respond = json({ allow: true });
  const callsOfCheck = async (): Promise<number> => {
    requests = [];
    await nested.decide([{ ...check, permission: 'pages:view', instance: '1' }]);
    return requests.length;
  };
  expect([await callsOfCheck(), await callsOfCheck()]).toEqual([1, 0]);
  void nested.invalidate({ instance: 'folders:top' });
  expect([await callsOfCheck(), await callsOfCheck()]).toEqual([1, 0]);
  void nested.invalidate({ instance: 'pages:2' });
  expect(await callsOfCheck()).toBe(0);
  await nested.close();
});
