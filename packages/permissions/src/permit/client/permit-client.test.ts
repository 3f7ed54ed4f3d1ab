import { inspect } from 'node:util';
import { start } from '@latchkey/permit-emulator';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod/v4';
import { listen } from '../../testing/fixtures/listen.ts';
import { createPermitClient, permitPath, type PermitClientOptions } from './permit-client.ts';
import { noLimits } from './token-bucket.ts';
import { retryAfterOf } from './http-client.ts';

const emulator = await start({ port: 0, pdpPort: 0 });
afterAll(() => emulator.close());
afterEach(() => {
  emulator.faults.clear();
  emulator.reset();
});

const clientWith = (options: Partial<PermitClientOptions> = {}) =>
  createPermitClient({
    apiUrl: emulator.url,
    apiKey: emulator.keys.environment,
    deadline: 30_000,
    ...options,
  });
const Keyed = z.object({ key: z.string() });
const listRoles = (options?: Partial<PermitClientOptions>) =>
  clientWith(options).list('/schema/roles', Keyed);

test('an unknown API key is a 401 that is not retryable', async () => {
  await expect(listRoles({ apiKey: 'permit_key_wrong' })).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    permitStatus: 401,
    retryable: false,
    detail: expect.stringContaining('Permit refused GET /v2/api-key/scope: the API key is not valid (401'),
  });
});

test('a key without the required scope is a 403 that is not retryable', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 403, body: { message: 'not for you' } });
  await expect(listRoles()).rejects.toMatchObject({
    permitStatus: 403,
    retryable: false,
    detail: 'Permit refused GET /v2/schema/…/roles: the API key cannot do this (403: not for you)',
  });
});

test('a refusal of invalid input names the field and the reason', async () => {
  await expect(
    clientWith().change('POST', '/schema/roles', { body: { key: 'a b', name: 'A' } }),
  ).rejects.toMatchObject({
    permitStatus: 422,
    detail: expect.stringMatching(/^Permit refused POST \/v2\/schema\/…\/roles: body\.key: .* regex/),
  });
});

test.each([
  ['a refusal', { status: 422 }],
  ['a cut connection', { drop: true }],
])('%s: a fully printed error does not contain the API key', async (_, fault) => {
  emulator.faults.add({ path: '/v2/schema/*', ...fault });
  const error: unknown = await listRoles().catch((failure: unknown) => failure);
  const printed = inspect(error, { depth: Infinity, showHidden: true });
  expect(printed).toContain('GET /v2/schema/…/roles');
  expect(printed).not.toContain(emulator.keys.environment);
});

test.each(['organization', 'project'] as const)('a key of the %s is not retryable', async (level) => {
  await expect(listRoles({ apiKey: emulator.keys[level] })).rejects.toMatchObject({
    permitStatus: undefined,
    retryable: false,
    detail: `The API key is of the ${level}'s level, not of an environment`,
  });
});

test.each([
  ['no server', { apiUrl: 'http://127.0.0.1:1' }, undefined],
  ['a cut connection', { drop: true }, undefined],
  ['an outage while the key is validated', { path: '/v2/api-key/scope', status: 503 }, 503],
  ['an outage', { path: '/v2/schema/*', status: 503 }, 503],
  ['an answer that is not JSON', { path: '/v2/schema/*', status: 200, body: '<html>' }, undefined],
] as const)('%s is retryable', async (_, fault, status) => {
  if (!('apiUrl' in fault)) emulator.faults.add(fault);
  const options = 'apiUrl' in fault ? fault : {};
  await expect(listRoles(options)).rejects.toMatchObject({ permitStatus: status, retryable: true });
});

test('a response with an unexpected shape is not retryable', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 200, body: [{ key: 1 }] });
  await expect(listRoles()).rejects.toMatchObject({
    permitStatus: 200,
    retryable: false,
    detail: expect.stringMatching(/^Permit's answer to GET \/v2\/schema\/…\/roles is not valid: key /),
  });
});

test('a call is aborted at its deadline', async () => {
  let aborted = 0;
  const silent = await listen((_request, response) => response.on('close', () => aborted++));
  // On a busy machine, the deadline may pass before the request is sent.
  const call = async () => {
    await expect(listRoles({ apiUrl: silent.url, deadline: 200 })).rejects.toMatchObject({
      permitStatus: undefined,
      retryable: true,
      detail: expect.stringContaining('no answer within 200 ms'),
    });
    return aborted;
  };
  await expect.poll(call, { timeout: 60_000 }).toBeGreaterThan(0);
  silent.close();
});

test('a failure while validating the key is not cached', async () => {
  const client = clientWith();
  emulator.faults.add({ status: 503, count: 1 });
  await expect(client.list('/schema/roles', Keyed)).rejects.toMatchObject({ permitStatus: 503 });
  await expect(client.list('/schema/roles', Keyed)).resolves.toBeInstanceOf(Array);
});

test('reads all pages, one object, and nothing for an unknown key', async () => {
  const client = clientWith();
  const keys = Array.from({ length: 130 }, (_, index) => `user@${String(index).padStart(3, '0')}`);
  await client.change('POST', '/facts/bulk/users', { body: { operations: keys.map((key) => ({ key })) } });
  expect((await client.list('/facts/users', Keyed)).map(({ key }) => key).toSorted()).toEqual(keys);
  expect(await client.find('/facts/users/user%40007', Keyed)).toEqual({ key: 'user@007' });
  expect(await client.find('/facts/users/nobody', Keyed)).toBeUndefined();
});

test('a change resolves to false for the named status only', async () => {
  const client = clientWith();
  const body = { key: 'ann' };
  expect(await client.change('POST', '/facts/users', { body, unless: 409 })).toBe(true);
  expect(await client.change('POST', '/facts/users', { body, unless: 409 })).toBe(false);
  await expect(client.change('POST', '/facts/users', { body, unless: 404 })).rejects.toMatchObject({
    permitStatus: 409,
    status: 409,
    message: 'This conflicts with what Permit has.',
    retryable: false,
  });
});

test.each([
  ['within its deadline', {}],
  ['with limits', { limits: noLimits }],
])('a 429 is retried after Retry-After %s, also while validating the key', async (_, options) => {
  emulator.faults.add({ status: 429, headers: { 'retry-after': '0' }, count: 1 });
  emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '0' }, count: 1 });
  await expect(listRoles(options)).resolves.toBeInstanceOf(Array);
});

test('a wait beyond the deadline fails immediately and reports the requested wait', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '90' }, count: 1 });
  await expect(listRoles()).rejects.toMatchObject({ permitStatus: 429, retryable: true, retryAfter: 60_000 });
});

test.each([
  ['within its deadline', { deadline: 90_000 }],
  ['with limits, longer than its deadline', { limits: noLimits, deadline: 5_000 }],
])('a wait %s ends with the signal', async (_, options) => {
  const stop = new AbortController();
  emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '60' }, count: 1 });
  const waiting = listRoles({ ...options, signal: stop.signal });
  const outcome = waiting.catch((error: unknown) => error);
  await expect.poll(() => emulator.faults.list(), { timeout: 60_000 }).toEqual([]);
  stop.abort(new Error('stopping'));
  expect(await outcome).toEqual(new Error('stopping'));
});

test('gives up after eight retries', async () => {
  const fault = { path: '/v2/schema/*', status: 429, headers: { 'retry-after': '0' } };
  emulator.faults.add({ ...fault, count: 9 });
  const last = emulator.faults.add({ ...fault, count: 1 });
  await expect(listRoles()).rejects.toMatchObject({ permitStatus: 429, retryAfter: 0 });
  expect(emulator.faults.list()).toMatchObject([{ id: last.id, count: 1 }]);
});

test('counts calls by kind', async () => {
  const kinds: string[] = [];
  const client = clientWith({
    limits: { read: 1_000, write: 1_000, delete: 1_000, bulk: 1_000 },
    buckets: {
      async take(kind) {
        kinds.push(kind);
        return 0;
      },
      closedFor: async () => 0,
      slowDown() {},
      speedUp() {},
    },
  });
  await client.list('/facts/users', Keyed); // Reads the scope of the key first.
  await client.change('POST', '/facts/users', { body: { key: 'bulk' } });
  await client.change('POST', '/facts/bulk/users', { body: { operations: [{ key: 'ann' }] } });
  await client.change('DELETE', '/facts/users/bulk');
  expect(kinds).toEqual(['read', 'read', 'write', 'bulk', 'delete']);
});

test.each([
  ['0', 0],
  ['3', 3_000],
  ['60', 60_000],
  ['3600', 60_000],
  ['Fri, 27 Nov 2026 12:00:07 GMT', 7_000],
  ['Fri, 27 Nov 2026 13:00:00 GMT', 60_000],
  ['Fri, 27 Nov 2026 11:59:00 GMT', 0],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['Nonsense GMT', undefined],
  [undefined, undefined],
  [['3', '4'], undefined],
])('Retry-After: %s', (header, milliseconds) => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 27, 12), toFake: ['Date'] });
  expect(retryAfterOf(header)).toBe(milliseconds);
  vi.useRealTimers();
});

test.each(['.', '..', '\ud800'])(
  'a path has no key %j: it would be the path of another object',
  async (key) => {
    const users = async () => clientWith().list(permitPath`/facts/tenants/${key}/users`, Keyed);
    await expect(users()).rejects.toMatchObject({ code: 'PERMIT_API_ERROR', status: 404 });
  },
);

test.each(['.', '..'])('Permit has no object with the key %j', async (key) => {
  expect(await clientWith().find(permitPath`/facts/users/${key}`, Keyed)).toBeUndefined();
  expect(await clientWith().change('DELETE', permitPath`/facts/tenants/${key}`, { unless: 404 })).toBe(false);
});
