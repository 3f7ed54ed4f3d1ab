import { initTRPC, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createExpressGates } from '../express/create-express-gates.ts';
import { toProblemResponse } from '../fetch/problem-response.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import type { PermitDecider } from '../permit/permit-decider-types.ts';
import { createPermitDirectory, type PermitDirectory } from '../permit/permit-directory.ts';
import type { PdpCall } from '../permit/telemetry.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { listen } from '../testing/fixtures/listen.ts';
import { startEnvironment } from '../testing/fixtures/start-environment.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { permissionErrors } from '../trpc/to-trpc-error.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate } from '../trpc/gate.ts';
import { definePolicy } from './define-policy.ts';
import { AuthorizationUnavailableError, PermissionDeniedError, PermitApiError, toProblem } from './errors.ts';
import { createPermissions, type PolicyPermissions } from './permissions.ts';

const { emulator, management } = await startEnvironment();

/** With a rule, because `grantedBy` omits what a rule grants. */
const policy = definePolicy({
  ...testPolicy,
  resourceSets: {
    short: { name: 'Short reports', resource: 'reports', where: { 'resource.pages': { 'less-than': 10 } } },
  },
  rules: [{ role: 'viewer', resourceSet: 'short', permissions: ['reports:publish'] }],
});
type Permissions = PolicyPermissions<typeof policy>;

let decider: PermitDecider<typeof policy>;
let calls: PdpCall[];
let warnings: string[];
let permissions: Permissions;
let directory: PermitDirectory<typeof policy>;
let url: string;
/** The handlers behind gates that ran. */
let ran: string[];
const run = (what: string): string => {
  ran.push(what);
  return what;
};

function connect({ pdp = emulator.pdpUrl, apiKey = management.apiKey, deadline = 30_000 } = {}): void {
  decider = createPermitDecider({
    policy,
    url: pdp,
    apiKey,
    deadline,
    retries: 0,
    breakAfter: 1_000,
    cache: { ttl: 0 },
    onCall: (call) => calls.push(call),
    onOutage: (warning) => warnings.push(warning),
  });
  permissions = createPermissions(decider, { subject: 'ann', tenant: 'default' });
  directory = createPermitDirectory({ policy, ...management });
}

const t = initTRPC
  .context<{ readonly permissions: Permissions }>()
  .meta<{ readonly gate?: Gate }>()
  .create({
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      data: { ...shape.data, problem: toProblem(error.cause) },
    }),
  });
const permitted = createGates(t.procedure);
const signedIn = t.procedure.use(permissionErrors);
const assign = () => directory.assignRole({ user: 'ann', role: 'viewer', tenant: 'default' });
const router = t.router({
  gated: permitted('reports:publish', undefined).query(() => run('procedure')),
  inGated: permitted('reports:view', undefined).query(() => permissions.require('members:view')),
  assignInGated: permitted('reports:view', undefined).query(assign),
  open: signedIn.query(() => permissions.require('members:view')),
  assignInOpen: signedIn.query(assign),
  hidden: permitted('reports:view', undefined).query(async () => {
    try {
      await permissions.require('members:view');
    } catch (cause) {
      throw new TRPCError({ code: 'NOT_FOUND', cause });
    }
  }),
});

beforeAll(async () => {
  const gate = createExpressGates({ getPermissions: () => permissions });
  const app = express()
    .get('/plain', async (_request, response) => {
      await permissions.require('reports:publish', undefined);
      response.send('published');
    })
    .get('/assign', async (_request, response) => response.send(await assign()))
    .get('/gated', gate('reports:publish', undefined), (_request, response) => response.send(run('route')))
    .use('/trpc', createExpressMiddleware({ router, createContext: () => ({ permissions }) }));
  const server = await listen(app);
  url = server.url;
  return server.close;
});
beforeEach(async () => {
  calls = [];
  warnings = [];
  ran = [];
  connect();
  await applyPolicy(policy, management);
  await directory.provisionUser({ key: 'ann' }, { role: 'viewer', tenant: 'default' });
});
afterEach(() => {
  emulator.faults.clear();
  return decider.close();
});

/** Asserts that the body contains no internals. */
async function get(path: string): Promise<[number, string | null, string]> {
  const response = await fetch(`${url}${path}`);
  const body = await response.text();
  expect(body).not.toMatch(/127\.0\.0\.1:|ECONN|API key|permit_key|answers \d/);
  return [response.status, response.headers.get('retry-after'), body];
}

const nowhere = 'http://127.0.0.1:9';
const pdpPath = '/allowed*';
const outages: readonly [string, () => void, string, number | undefined, RegExp][] = [
  ['401', () => fail({ status: 401 }), 'status', 401, /answers 401\. Set `apiKey`/],
  ['403', () => connect({ apiKey: 'permit_key_wrong' }), 'status', 403, /answers 403\. Set `apiKey`/],
  ['429', () => fail({ status: 429 }), 'status', 429, /answers 429\. It limits/],
  ['500', () => fail({ status: 500 }), 'status', 500, /answers 500\. Read the PDP's log/],
  ['no answer', hang, 'timeout', undefined, /gives no answer in time\. Give/],
  ['a refused connection', () => connect({ pdp: nowhere }), 'connection', undefined, /:9 cannot be reached/],
  ['another server', () => fail({ status: 200, body: 'hello' }), 'malformed', undefined, /no valid answer/],
];
function hang(): void {
  fail({ delay: 600_000 });
  connect({ deadline: 200 });
}
function fail(fault: object): void {
  emulator.faults.add({ path: pdpPath, ...fault });
}

test.each(outages)(
  'a PDP with %s is 503 with retry-after in Express and tRPC, and one warning',
  async (_, breakPdp, outcome, status, warning) => {
    breakPdp();
    expect((await get('/plain')).slice(0, 2)).toEqual([503, '1']);
    const [gated, retryAfter, problem] = await get('/gated');
    expect([gated, retryAfter]).toEqual([503, '1']);
    expect(JSON.parse(problem)).toEqual({
      title: 'Permissions cannot be checked right now.',
      status: 503,
      code: 'AUTHORIZATION_UNAVAILABLE',
    });
    const procedures = await Promise.all(['gated', 'open'].map((path) => get(`/trpc/${path}`)));
    expect(procedures.map(([code]) => code)).toEqual([503, 503]);
    expect(ran).toEqual([]);
    expect(calls.every((call) => call.outcome === outcome && call.status === status)).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(warning)]);
    await expect(permissions.check('members:view')).rejects.toMatchObject({ pdpStatus: status });
  },
);

test('a deny is 403 in a plain Express route, and names the rules that grant the permission', async () => {
  expect((await get('/plain')).slice(0, 2)).toEqual([403, null]);
  const needed = {
    code: 'FORBIDDEN',
    permission: 'reports:publish',
    grantedBy: ['admin'],
    grantedByRules: [{ role: 'viewer', resourceSet: 'short', text: 'viewer on Short reports' }],
  };
  const [status, , gated] = await get('/gated');
  expect([status, JSON.parse(gated)]).toMatchObject([403, needed]);
  const [code, , procedure] = await get('/trpc/gated');
  expect([code, JSON.parse(procedure)]).toMatchObject([403, { error: { data: { problem: needed } } }]);
  expect([ran, warnings]).toEqual([[], []]);
  const { headers } = await fetch(`${url}/gated`);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(headers.get('cache-control')).toBe('no-store');
});

test('a denial in a resolver is 403, with and without a gate, unless the resolver converts it to another error', async () => {
  const answers = await Promise.all(['inGated', 'open', 'hidden'].map((path) => get(`/trpc/${path}`)));
  expect(answers.map(([status]) => status)).toEqual([403, 403, 404]);
});

test.each([
  [
    'a wrong key',
    () => (directory = createPermitDirectory({ policy, ...management, apiKey: 'permit_key_wrong' })),
  ],
  [
    'a refused connection',
    () => (directory = createPermitDirectory({ policy, ...management, apiUrl: nowhere })),
  ],
  ['a key without the scope', () => emulator.faults.add({ path: '/v2/facts/*', status: 403 })],
  [
    'another address',
    () => {
      emulator.faults.add({ path: '/v2/api-key/scope', status: 404 });
      directory = createPermitDirectory({ policy, ...management });
    },
  ],
])("Permit's API with %s is 503 for the user", async (_, breakApi) => {
  breakApi();
  expect((await get('/assign')).slice(0, 2)).toEqual([503, '1']);
  const answers = await Promise.all(['assignInGated', 'assignInOpen'].map((path) => get(`/trpc/${path}`)));
  expect(answers.map(([status]) => status)).toEqual([503, 503]);
  expect(answers[0]?.[2]).toContain('Permissions cannot be read or changed right now.');
});

test.each([404, 422])(
  "Permit's %i for the input of a change is also the status of the response",
  async (refused) => {
    emulator.faults.add({ path: '/v2/facts/*', status: refused });
    expect((await get('/assign')).slice(0, 2)).toEqual([refused, null]);
    const answers = await Promise.all(['assignInGated', 'assignInOpen'].map((path) => get(`/trpc/${path}`)));
    expect(answers.map(([status]) => status)).toEqual([refused, refused]);
    const problem = {
      status: refused,
      code: 'PERMIT_API_ERROR',
      title: expect.stringMatching(/^Permit does/),
    };
    expect(JSON.parse(answers[0]?.[2] ?? '')).toMatchObject({ error: { data: { problem } } });
  },
);

test('errors have the fields that Fastify and Koa read, and the retry time of the PDP', () => {
  const options = { detail: 'pdp.internal answers 429', pdpStatus: 429, retryAfter: 2_500 };
  const outage = new AuthorizationUnavailableError('status', options);
  const headers = { 'retry-after': '3' };
  expect(outage).toMatchObject({ status: 503, statusCode: 503, expose: true, headers, pdpStatus: 429 });
  expect(toProblemResponse(outage)?.headers.get('retry-after')).toBe('3');
  const failed = new PermitApiError('api.internal did not answer', { permitStatus: undefined });
  expect(failed).toMatchObject({ status: 503, statusCode: 503, headers: { 'retry-after': '1' } });
  for (const { message } of [outage, failed]) expect(message).not.toContain('internal');
  const denied = new PermissionDeniedError({
    outcome: 'deny',
    permission: 'reports:view',
    reason: 'denied',
    grantedBy: [],
    grantedByInstanceRoles: [],
  });
  expect(denied).toMatchObject({ status: 403, statusCode: 403, expose: true, headers: {} });
  expect(toProblemResponse(denied)?.status).toBe(403);
  expect(toProblemResponse(new RangeError('a bug'))).toBeUndefined();
});
