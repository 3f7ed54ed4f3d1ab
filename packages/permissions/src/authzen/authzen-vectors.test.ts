import { start } from '@latchkey/permit-emulator';
import express from 'express';
import { Permit } from 'permitio';
import { afterAll, describe, expect, test } from 'vitest';
import type { Check } from '../core/decision.ts';
import type { PermissionOf, Policy } from '../core/policy.ts';
import { createPermissions, type PolicyDecider } from '../core/permissions.ts';
import { createExpressAuthZenHandler } from '../express/create-express-authzen-handler.ts';
import type { Facts } from '../facts/facts.ts';
import { createAuthZenHandler } from '../fetch/create-authzen-handler.ts';
import type { ListPlan } from '../list/list-plan.ts';
import { meets, type ListRow } from '../list/meets.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { createPermitDirectory } from '../permit/permit-directory.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { listen } from '../testing/fixtures/listen.ts';
import { storeFacts } from '../testing/fixtures/start-environment.ts';
import type { AuthZenOptions } from './answer-authzen.ts';
import { createAuthZenDecider } from './create-authzen-decider.ts';
import {
  certificationFacts,
  certificationPolicy,
  emptySearches,
  evaluationCases,
  invalidRequests,
  searchCases,
} from './fixtures/certification.ts';
import { gatewayFacts, gatewayPolicy, gatewayVectors } from './fixtures/gateway.ts';
import {
  recordRows,
  recordsFacts,
  recordsPolicy,
  resourceVectors,
  searchVectors,
} from './fixtures/search.ts';
import { propertiesFacts, propertiesPolicy } from './fixtures/subject-properties.ts';
import { todoFacts, todoPolicy, todoVectors } from './fixtures/todo.ts';

type Handler = (request: Request) => Promise<Response>;

const caller = { getCaller: () => ({ tenant: 'default' }) };

/** Sends a string unchanged. */
async function post(handler: Handler, path: string, body: unknown, init: RequestInit = {}) {
  const response = await handler(
    new Request(`https://pdp.example/access/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
    }),
  );
  return { status: response.status, headers: response.headers, body: Object(await response.json()) };
}

const decisionsIn = (body: {
  readonly decision?: boolean;
  readonly evaluations?: readonly { readonly decision: boolean }[];
}) => body.evaluations?.map(({ decision }) => decision) ?? [body.decision];

/** The handlers of `./fetch` and `./express`, with the same options. */
async function handlersOf<const P extends Policy>(options: AuthZenOptions<P>) {
  const { url, close } = await listen(express().use(createExpressAuthZenHandler({ ...options, ...caller })));
  afterAll(close);
  const overHttp: Handler = async (request) =>
    fetch(new Request(url + new URL(request.url).pathname, request));
  return [
    ['fetch', createAuthZenHandler({ ...options, ...caller })],
    ['Express', overHttp],
  ] as const;
}

async function environmentOf(policy: Policy, facts: Facts) {
  const emulator = await start({ port: 0, pdpPort: 0 });
  afterAll(() => emulator.close());
  const { url: apiUrl, pdpUrl, keys } = emulator;
  const apiKey = keys.environment;
  await applyPolicy(policy, { apiUrl, apiKey });
  await storeFacts(new Permit({ token: apiKey, apiUrl, log: { level: 'silent' } }), facts);
  return { apiUrl, apiKey, pdpUrl };
}

async function emulated<const P extends Policy>(policy: P, facts: Facts): Promise<PolicyDecider<P>> {
  const { apiKey, pdpUrl } = await environmentOf(policy, facts);
  const decider = createAuthZenDecider({ policy, url: pdpUrl, token: apiKey, deadline: 60_000 });
  afterAll(() => decider.close());
  return decider;
}

const rowsOf = (facts: { readonly instances: Readonly<Record<string, Omit<ListRow, 'id'>>> }) =>
  Object.entries(facts.instances).map(([object, row]) => ({ ...row, id: object.slice('record:'.length) }));

/** Finds candidates in facts, as an application does in its tables. */
const finders = ({
  users,
  instances,
}: {
  readonly users: object;
  readonly instances: Readonly<Record<string, Omit<ListRow, 'id'>>>;
}) => ({
  findSubjects: () => Promise.resolve(Object.keys(users)),
  findMembers: () => Promise.resolve([]),
  findResources: (plan: ListPlan<never>) =>
    Promise.resolve(
      rowsOf({ instances })
        .filter((row) => meets(plan, row))
        .map(({ id }) => id),
    ),
});

const certified = createTestPermissions(certificationPolicy, certificationFacts);

describe.each([
  ...(await handlersOf({ policy: certificationPolicy, decider: certified })),
  [
    "fetch, over AuthZEN to Permit's PDP",
    createAuthZenHandler({
      policy: certificationPolicy,
      decider: await emulated(certificationPolicy, certificationFacts),
      ...caller,
    }),
  ],
  ...(
    await handlersOf({
      policy: propertiesPolicy,
      decider: createTestPermissions(propertiesPolicy, propertiesFacts),
      trustSubjectProperties: true,
    })
  ).map(([name, handler]) => [`${name}, with the role as a property of the subject`, handler] as const),
] as const)('the certification scenario, %s', (_, handler) => {
  test.each(evaluationCases)('%s: %s answers %j with %j', async (_section, path, request, expected) => {
    const { status, headers, body } = await post(handler, path, request);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(decisionsIn(body)).toEqual([expected].flat());
    // The same request again gets the same answer (section 2.6).
    expect((await post(handler, path, request)).body).toEqual(body);
  });
});

describe.each([
  ...(await handlersOf({ policy: todoPolicy, decider: createTestPermissions(todoPolicy, todoFacts) })),
  [
    "fetch, over AuthZEN to Permit's PDP",
    createAuthZenHandler({ policy: todoPolicy, decider: await emulated(todoPolicy, todoFacts), ...caller }),
  ],
] as const)('the todo interop, %s', (_, handler) => {
  test('has 43 vectors', () => expect(todoVectors).toHaveLength(43));

  test.each(todoVectors)('$path answers $request with $expected', async ({ path, request, expected }) => {
    expect(decisionsIn((await post(handler, path, request)).body)).toEqual(expected);
  });
});

describe.each(
  await handlersOf({
    policy: gatewayPolicy,
    decider: createTestPermissions(gatewayPolicy, gatewayFacts),
    subjectTypes: ['identity'],
  }),
)('the API gateway interop, %s', (_, handler) => {
  test('has 25 vectors', () => expect(gatewayVectors).toHaveLength(25));

  test.each(gatewayVectors)('answers $request with $expected', async ({ request, expected }) => {
    expect((await post(handler, 'evaluation', request)).body).toMatchObject({ decision: expected });
  });
});

const findRecords = (plan: ListPlan<never>): Promise<string[]> =>
  Promise.resolve(recordRows.filter((row) => meets(plan, row)).map(({ id }) => id));

/** With Permit's PDP and directory, as in the guide. */
async function guideOptions() {
  const { apiUrl, apiKey, pdpUrl } = await environmentOf(recordsPolicy, recordsFacts);
  const decider = createPermitDecider({ policy: recordsPolicy, url: pdpUrl, apiKey, deadline: 60_000 });
  afterAll(() => decider.close());
  const directory = createPermitDirectory({ policy: recordsPolicy, apiUrl, apiKey });
  return {
    policy: recordsPolicy,
    decider,
    findSubjects: async (question: Omit<Check<PermissionOf<typeof recordsPolicy>>, 'subject'>) =>
      decider.authorizedUsers(question),
    findMembers: async ({ tenant }: { readonly tenant: string }) =>
      (await directory.listMembers(tenant)).map(({ key }) => key),
    findResources: findRecords,
  };
}
const byPermit = createAuthZenHandler({ ...(await guideOptions()), ...caller });

describe.each([
  ...(await handlersOf({
    policy: recordsPolicy,
    decider: createTestPermissions(recordsPolicy, recordsFacts),
    findSubjects: () => Promise.resolve([]),
    findMembers: () => Promise.resolve(Object.keys(recordsFacts.users)),
    findResources: findRecords,
  })),
  ["fetch, with Permit's PDP", byPermit],
] as const)('the search interop, %s', (_, handler) => {
  test('198 vectors', async () => {
    expect(searchVectors).toHaveLength(198);
    for (const { path, request, results } of searchVectors) {
      // oxlint-disable-next-line no-await-in-loop -- in the order of the vectors
      const { status, body } = await post(handler, path, request);
      expect({ path, request, status, body }).toEqual({ path, request, status: 200, body: { results } });
    }
  });

  // The identity provider puts the answer into a claim.
  test.each(Object.keys(recordsFacts.users))(
    'the IdP interop: %s can delete their own records',
    async (id) => {
      const own = recordRows.filter(({ attributes }) => attributes?.['owner'] === id);
      const resource = { type: 'record' };
      const { body } = await post(handler, 'search/resource', {
        subject: { type: 'user', id },
        action: { name: 'delete' },
        resource,
      });
      expect(body).toEqual({ results: own.map((row) => ({ ...resource, id: row.id })) });
    },
  );
});

test("another app's handler is an engine: its decider plans the same lists", async () => {
  const { url, close } = await listen(
    express().use(
      createExpressAuthZenHandler({
        policy: recordsPolicy,
        decider: createTestPermissions(recordsPolicy, recordsFacts),
        findResources: findRecords,
        ...caller,
      }),
    ),
  );
  const decider = createAuthZenDecider({ policy: recordsPolicy, url, deadline: 60_000 });
  for (const { request, results } of resourceVectors) {
    const permissions = createPermissions(decider, { subject: request.subject.id, tenant: 'default' });
    // oxlint-disable-next-line no-await-in-loop -- one list after the other
    const plan = await permissions.list(`record:${request.action.name}`);
    const planned = recordRows.filter((row) => meets(plan, row)).map(({ id }) => ({ type: 'record', id }));
    expect({ request, planned }).toEqual({ request, planned: results });
  }
  await decider.close();
  close();
});

describe.each([
  ...(await handlersOf({ policy: certificationPolicy, decider: certified, ...finders(certificationFacts) })),
])('the certification scenario, %s', (_, handler) => {
  test.each(searchCases)('%s: %s answers %j with at least %j', async (_section, path, request, expected) => {
    const { status, body } = await post(handler, path, request);
    expect(status).toBe(200);
    expect(body.results).toEqual(expect.arrayContaining([expected].flat()));
    expect((await post(handler, path, request)).body).toEqual(body);
  });

  test.each(emptySearches)('%s answers %j without results', async (path, request) => {
    expect(await post(handler, path, request)).toMatchObject({ status: 200, body: { results: [] } });
  });

  test.each(invalidRequests)('%s refuses %j with 400 and a problem', async (path, request) => {
    const { status, headers, body } = await post(handler, path, request);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(body).toEqual({ status: 400, code: 'INPUT_INVALID', title: expect.any(String) });
  });

  test.each(['evaluation', 'evaluations', 'search/subject', 'search/resource', 'search/action'])(
    '%s refuses another method with 405 and another content type with 400, and echoes X-Request-ID',
    async (path) => {
      for (const method of ['GET', 'PUT']) {
        const body = method === 'GET' ? null : '{}';
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        expect((await post(handler, path, '', { method, body })).status).toBe(405);
      }
      const headers = { 'content-type': 'text/plain', 'x-request-id': 'bfe9eb29-ab87-4ca3' };
      const refused = await post(handler, path, {}, { headers });
      expect([refused.status, refused.headers.get('x-request-id')]).toEqual([400, 'bfe9eb29-ab87-4ca3']);
      const [, , request] = [...evaluationCases, ...searchCases].find(([, of]) => of === path) ?? [];
      const charset = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': '1' };
      const answered = await post(handler, path, request, { headers: charset });
      expect([answered.status, answered.headers.get('x-request-id')]).toEqual([200, '1']);
    },
  );
});

test.each(searchCases.filter(([section]) => ['4.3.4', '4.4.3'].includes(section)))(
  '%s, with the role as a property of the subject',
  async (_, path, request, expected) => {
    const options = {
      policy: propertiesPolicy,
      decider: createTestPermissions(propertiesPolicy, propertiesFacts),
      ...finders(propertiesFacts),
      ...caller,
    };
    const trusting = createAuthZenHandler({ ...options, trustSubjectProperties: true });
    const included = expect.arrayContaining([expected].flat());
    expect((await post(trusting, path, request)).body.results).toEqual(included);
    // By default, the property claims nothing.
    expect((await post(createAuthZenHandler(options), path, request)).body.results).not.toEqual(included);
  },
);

test("a property of the subject reaches Permit's PDP, and claims nothing for the next evaluation", async () => {
  const { apiKey, pdpUrl } = await environmentOf(propertiesPolicy, propertiesFacts);
  const decider = createPermitDecider({ policy: propertiesPolicy, url: pdpUrl, apiKey, deadline: 60_000 });
  const options = { policy: propertiesPolicy, decider, trustSubjectProperties: true, ...caller };
  const handler = createAuthZenHandler({ ...options, ...finders(propertiesFacts) });
  const question = { action: { name: 'write' }, resource: { type: 'record', id: 'record-2' } };
  const bob = { type: 'user', id: 'bob' };
  const admin = { ...question, subject: { ...bob, properties: { role: 'admin' } } };
  // Authors can write this record, but Permit alone says who is one.
  const author = { subject: { ...bob, properties: { roles: ['author'] } }, action: { name: 'write' } };
  for (const [request, decision] of [
    [admin, true],
    [{ ...question, subject: bob }, false],
    [{ ...question, subject: { ...bob, properties: { role: 'guest' } } }, false],
    [{ ...author, resource: { type: 'record', id: 'record-1' } }, false],
    [admin, true],
  ] as const)
    // oxlint-disable-next-line no-await-in-loop -- the earlier ones are cached
    expect((await post(handler, 'evaluation', request)).body).toMatchObject({ decision });
  expect((await post(handler, 'search/resource', admin)).body.results).toEqual([question.resource]);
  // They are those of one user, so a search for users ignores them.
  expect((await post(handler, 'search/subject', admin)).body.results).toEqual([]);
  await decider.close();
});
