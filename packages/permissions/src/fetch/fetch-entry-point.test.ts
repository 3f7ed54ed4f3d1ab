import { beforeEach, expect, test, vi } from 'vitest';
import { AuthorizationUnavailableError, PermissionDeniedError } from '../core/errors.ts';
import { createPermissions } from '../core/permissions.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { createFetchAsk } from '../react/create-fetch-ask.ts';
import { stubDecider, testPolicy } from '../testing/fixtures/test-policy.ts';
import { createGateQuestionHandler } from './create-gate-question-handler.ts';
import { createServerGates, recordAnswers } from './create-server-gates.ts';
import { toErrorResponse } from './problem-response.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;

let outage: boolean;
beforeEach(() => {
  asked.length = 0;
  outage = false;
});
const { decider, asked } = stubDecider(({ instance }) => {
  if (outage) return new AuthorizationUnavailableError('timeout', { detail: 'test' });
  return instance === '1' ? 'allow' : 'deny';
});
const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
const handler = createGateQuestionHandler({
  policy: testPolicy,
  getPermissions: ({ headers }) =>
    headers.get('authorization') === 'Bearer ann' ? permissions : new Response(null, { status: 401 }),
});
const post = (body: BodyInit | null, headers: Record<string, string> = {}): Promise<Response> =>
  handler(
    new Request('http://localhost/api/gates', {
      method: 'POST',
      headers: { authorization: 'Bearer ann', 'content-type': 'application/json', ...headers },
      body,
    }),
  );
const denied = {
  state: 'denied',
  permission: 'reports:publish',
  reason: 'no_permission',
  grantedBy: ['admin'],
  grantedByInstanceRoles: [],
};

test('the browser client and the handler answer each question, with one bulk check', async () => {
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    handler(new Request(`http://localhost${url}`, init)),
  );
  const ask = createFetchAsk<string, Role>('/api/gates', () => ({ authorization: 'Bearer ann' }));
  const questions = [
    { permission: 'reports:publish', instance: '1' },
    { permission: 'reports:publish' },
    { permission: 'reports:archive', instance: '1' },
    { path: 'reports.publish' },
    { permission: 'reports:publish', instance: 'x'.repeat(501) },
    { permission: 'reports:publish', instance: '\ud800' },
    { path: 'reports.publish', input: JSON.parse('[['.repeat(51) + ']]'.repeat(51)) },
  ];
  expect(await ask(questions)).toEqual([
    { state: 'allowed' },
    denied,
    { state: 'unavailable', problem: 'unknown_permission' },
    { state: 'unavailable', problem: 'unknown_procedure' },
    { state: 'unavailable', problem: 'unreadable_input' },
    { state: 'unavailable', problem: 'unreadable_input' },
    { state: 'unavailable', problem: 'unreadable_input' },
  ]);
  expect(asked.map((checks) => checks.length)).toEqual([2]);
  const stranger = createFetchAsk<Permission, Role>('/api/gates');
  await expect(stranger([{ permission: 'reports:view' }])).rejects.toThrow(Error);
  vi.unstubAllGlobals();
});

test('during an outage the answers are unavailable, not an error', async () => {
  outage = true;
  const response = await post(JSON.stringify([{ permission: 'reports:view' }]));
  expect([response.status, await response.json()]).toEqual([200, [{ state: 'unavailable' }]]);
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test.each([
  [400, 'INPUT_INVALID', () => post('{')],
  [400, 'INPUT_INVALID', () => post('{}')],
  [400, 'INPUT_INVALID', () => post(null)],
  [405, 'METHOD_NOT_ALLOWED', () => handler(new Request('http://localhost/api/gates'))],
  [413, 'REQUEST_TOO_LARGE', () => post('x'.repeat(200_000))],
  [413, 'REQUEST_TOO_LARGE', () => post('', { 'content-length': '200000' })],
  [415, 'UNSUPPORTED_MEDIA_TYPE', () => post('[]', { 'content-type': 'text/plain' })],
  // A form on another site can send it.
  [415, 'UNSUPPORTED_MEDIA_TYPE', () => post('[]', { 'content-type': 'text/plain; application/json' })],
] as const)('what is no list of questions is refused: %i %s (%#)', async (status, code, send) => {
  const response = await send();
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toMatchObject({ status, code, title: expect.stringContaining('Send') });
  expect(asked).toEqual([]);
});

test('reads a body of 131,072 bytes, with and without Content-Length, and refuses one byte more', async () => {
  const questions = JSON.stringify([{ permission: 'reports:publish', instance: '1' }]);
  for (const [size, status] of [
    [131_072, 200],
    [131_073, 413],
  ] as const) {
    const body = questions.padEnd(size);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const responses = [await post(body), await post(body, { 'content-length': String(size) })];
    expect(responses.map((response) => response.status)).toEqual([status, status]);
  }
});

test('decodes a character that is split across chunks; a content type may have capitals and a charset', async () => {
  const questions = new TextEncoder().encode('[{"permission":"reports:publish","instance":"보고"}]');
  const cut = questions.indexOf(0xeb) + 1;
  const init: RequestInit & { readonly duplex: 'half' } = {
    method: 'POST',
    headers: { authorization: 'Bearer ann', 'content-type': 'Application/JSON; charset=utf-8' },
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(questions.slice(0, cut));
        controller.enqueue(questions.slice(cut));
        controller.close();
      },
    }),
    duplex: 'half',
  };
  const request = new Request('http://localhost/api/gates', init);
  expect((await handler(request)).status).toBe(200);
  expect(asked).toMatchObject([[{ instance: '보고' }]]);
});

test("returns the application's own response to a user who is not signed in, before reading the body", async () => {
  const response = await post('x'.repeat(200_000), { authorization: 'Bearer nobody' });
  expect(response.status).toBe(401);
});

test('can returns a boolean, require throws, and both throw on an outage', async () => {
  const gates = createServerGates(() => Promise.resolve(permissions));
  expect(await gates.can('reports:publish', '1')).toBe(true);
  expect(await gates.can('reports:publish')).toBe(false);
  await expect(gates.require('reports:publish', '1')).resolves.toBeUndefined();
  await expect(gates.require('reports:publish', '2')).rejects.toBeInstanceOf(PermissionDeniedError);
  // @ts-expect-error -- misspelled
  await gates.can('reports:pubish');
  outage = true;
  await expect(gates.can('reports:publish')).rejects.toBeInstanceOf(AuthorizationUnavailableError);
});

test('answers returns the initial answers of a page, with one bulk check', async () => {
  const gates = createServerGates(() => permissions);
  const questions = [
    { permission: 'reports:publish', instance: '1' },
    { permission: 'reports:publish' },
  ] as const;
  expect(await gates.answers(questions)).toEqual([
    [questions[0], { state: 'allowed' }],
    [questions[1], denied],
  ]);
  expect(asked).toHaveLength(1);
  outage = true;
  expect(await gates.answers([{ permission: 'reports:view' }])).toMatchObject([
    [{}, { state: 'unavailable' }],
  ]);
});

test('the record contains every answer with its question', async () => {
  const record = recordAnswers<Permission, Role>((questions) =>
    Promise.resolve(questions.map(() => ({ state: 'allowed' as const }))),
  );
  await record.ask([{ permission: 'reports:view' }, { path: 'reports.list' }]);
  expect(record.answers).toEqual([
    [{ permission: 'reports:view' }, { state: 'allowed' }],
    [{ path: 'reports.list' }, { state: 'allowed' }],
  ]);
});

test('leaves a question without an answer out of the record, so the browser asks it again', async () => {
  const record = recordAnswers<Permission, Role>(() => Promise.resolve([{ state: 'allowed' }]));
  await record.ask([{ permission: 'reports:view' }, { path: 'reports.list' }]);
  expect(record.answers).toEqual([[{ permission: 'reports:view' }, { state: 'allowed' }]]);
});

test('an error handler keeps the response of an error, or else its status', async () => {
  const own = toErrorResponse(new AuthorizationUnavailableError('timeout', { detail: 'test' }));
  expect([own.status, own.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
  // As Hono's HTTPException.
  class HttpError extends Error {
    readonly status = 418;
    readonly teapot = 'short and stout';
    getResponse(): Response {
      return new Response(this.teapot, { status: this.status });
    }
  }
  const kept = toErrorResponse(new HttpError());
  expect([kept.status, await kept.text()]).toEqual([418, 'short and stout']);
  for (const [error, status] of [
    [Object.assign(new Error('no token'), { status: 401 }), 401],
    [Object.assign(new Error('moved'), { status: 302 }), 500],
    [Object.assign(new Error('odd'), { status: '401' }), 500],
    [new Error('a bug'), 500],
    [undefined, 500],
  ] as const) {
    const response = toErrorResponse(error);
    expect([response.status, await response.text()]).toEqual([status, '']); // oxlint-disable-line no-await-in-loop -- one after the other
  }
});
