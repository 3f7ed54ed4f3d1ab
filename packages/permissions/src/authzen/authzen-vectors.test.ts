import { start } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { afterAll, describe, expect, test } from 'vitest';
import type { Policy } from '../core/policy.ts';
import type { PolicyDecider } from '../core/permissions.ts';
import type { Facts } from '../facts/facts.ts';
import { createAuthZenHandler } from '../fetch/create-authzen-handler.ts';
import { meets } from '../list/meets.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { storeFacts } from '../testing/fixtures/start-environment.ts';
import { createAuthZenDecider } from './create-authzen-decider.ts';
import {
  certificationFacts,
  certificationPolicy,
  emptySearches,
  evaluationCases,
  invalidRequests,
  searchCases,
} from './fixtures/certification.ts';
import { recordRows, recordsFacts, recordsPolicy, searchVectors } from './fixtures/search.ts';
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

async function emulated<const P extends Policy>(policy: P, facts: Facts): Promise<PolicyDecider<P>> {
  const emulator = await start({ port: 0, pdpPort: 0 });
  const apiKey = emulator.keys.environment;
  await applyPolicy(policy, { apiUrl: emulator.url, apiKey });
  await storeFacts(new Permit({ token: apiKey, apiUrl: emulator.url, log: { level: 'silent' } }), facts);
  const decider = createAuthZenDecider({ policy, url: emulator.pdpUrl, token: apiKey, deadline: 60_000 });
  afterAll(async () => {
    await decider.close();
    await emulator.close();
  });
  return decider;
}

describe.each([
  ['in process', createTestPermissions(certificationPolicy, certificationFacts)],
  ["over AuthZEN to Permit's PDP", await emulated(certificationPolicy, certificationFacts)],
])('the certification scenario, %s', (_, decider) => {
  const handler = createAuthZenHandler({ policy: certificationPolicy, decider, ...caller });

  test.each(evaluationCases)('%s: %s answers %j with %j', async (_section, path, request, expected) => {
    const { status, headers, body } = await post(handler, path, request);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(decisionsIn(body)).toEqual([expected].flat());
    // The same request again gets the same answer (section 2.6).
    expect((await post(handler, path, request)).body).toEqual(body);
  });
});

describe.each([
  ['in process', createTestPermissions(todoPolicy, todoFacts)],
  ["over AuthZEN to Permit's PDP", await emulated(todoPolicy, todoFacts)],
])('the todo interop, %s', (_, decider) => {
  const handler = createAuthZenHandler({ policy: todoPolicy, decider, ...caller });

  test('has 43 vectors', () => expect(todoVectors).toHaveLength(43));

  test.each(todoVectors)('$path answers $request with $expected', async ({ path, request, expected }) => {
    expect(decisionsIn((await post(handler, path, request)).body)).toEqual(expected);
  });
});

test('the search interop: 198 vectors', async () => {
  const decider = createTestPermissions(recordsPolicy, recordsFacts);
  const handler = createAuthZenHandler({
    policy: recordsPolicy,
    decider,
    findSubjects: () => Promise.resolve(Object.keys(recordsFacts.users)),
    findResources: (plan) =>
      Promise.resolve(recordRows.filter((row) => meets(plan, row)).map(({ id }) => id)),
    ...caller,
  });
  expect(searchVectors).toHaveLength(198);
  for (const { path, request, results } of searchVectors) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of the vectors
    const { status, body } = await post(handler, path, request);
    expect({ path, request, status, body }).toEqual({ path, request, status: 200, body: { results } });
  }
});

describe('the certification scenario', () => {
  const handler = createAuthZenHandler({
    policy: certificationPolicy,
    decider: createTestPermissions(certificationPolicy, certificationFacts),
    findSubjects: () => Promise.resolve(Object.keys(certificationFacts.users)),
    findResources: (plan) => {
      const rows = Object.entries(certificationFacts.instances).map(([object, { tenant, attributes }]) => ({
        id: object.slice('record:'.length),
        tenant,
        attributes,
      }));
      return Promise.resolve(rows.filter((row) => meets(plan, row)).map(({ id }) => id));
    },
    ...caller,
  });

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
