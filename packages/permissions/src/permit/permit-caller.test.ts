import { inspect } from 'node:util';
import { start, type Emulator } from '@latchkey/permit-emulator';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPermitCaller, type PermitManagementOptions } from './permit-caller.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await start({ port: 0, pdpPort: 0 });
});
afterAll(() => emulator.close());
afterEach(() => emulator.faults.clear());

const listRoles = (options: Partial<PermitManagementOptions> = {}) =>
  createPermitCaller({
    apiUrl: emulator.url,
    apiKey: emulator.keys.environment,
    deadline: 30_000,
    ...options,
  })('list roles', (permit) => permit.api.roles.list());

test('an unknown API key is a 401 that is not retryable', async () => {
  await expect(listRoles({ apiKey: 'permit_key_wrong' })).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    status: 401,
    retryable: false,
    message: expect.stringContaining('Permit could not list roles: the API key is not valid (401'),
  });
});

test('a key without the required scope is a 403 that is not retryable', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 403, body: { message: 'not for you' } });
  await expect(listRoles()).rejects.toMatchObject({
    status: 403,
    retryable: false,
    message: 'Permit could not list roles: the API key may not do this (403: not for you)',
  });
});

test('a fully printed error does not contain the API key', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 404 });
  const error: unknown = await listRoles().catch((failure: unknown) => failure);
  const printed = inspect(error, { depth: Infinity, showHidden: true });
  expect(printed).toContain('Permit could not list roles');
  expect(printed).not.toContain(emulator.keys.environment);
});

test("an organization's key is not retryable: it belongs to no environment", async () => {
  await expect(listRoles({ apiKey: emulator.keys.organization })).rejects.toMatchObject({
    status: undefined,
    retryable: false,
    message: expect.stringContaining('less specific context level'),
  });
});

test.each([
  ['no server', { apiUrl: 'http://127.0.0.1:1' }, undefined],
  ['a cut connection', { drop: true }, undefined],
  ['an outage while the key is examined', { path: '/v2/api-key/scope', status: 503 }, 503],
  ['an outage', { path: '/v2/schema/*', status: 503 }, 503],
] as const)('%s is retryable', async (_, fault, status) => {
  if (!('apiUrl' in fault)) emulator.faults.add(fault);
  const options = 'apiUrl' in fault ? fault : {};
  await expect(listRoles(options)).rejects.toMatchObject({ status, retryable: true });
});

test('a failure while validating the key is not cached', async () => {
  const call = createPermitCaller({ apiUrl: emulator.url, apiKey: emulator.keys.environment });
  emulator.faults.add({ status: 503, count: 1 });
  await expect(call('list roles', (permit) => permit.api.roles.list())).rejects.toMatchObject({
    status: 503,
  });
  await expect(call('list roles', (permit) => permit.api.roles.list())).resolves.toBeInstanceOf(Array);
});

test('a 429 is retried after Retry-After, including while validating the key', async () => {
  emulator.faults.add({ status: 429, headers: { 'retry-after': '0' }, count: 1 });
  emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '0' }, count: 1 });
  await expect(listRoles()).resolves.toBeInstanceOf(Array);
});

test('a wait beyond the deadline fails immediately and reports the requested wait', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '90' }, count: 1 });
  await expect(listRoles()).rejects.toMatchObject({ status: 429, retryable: true, retryAfter: 60_000 });
});

test('gives up when the rate limit persists', async () => {
  const faults = [1, 2, 3, 4].map(() =>
    emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '0' }, count: 1 }),
  );
  await expect(listRoles()).rejects.toMatchObject({ status: 429, retryAfter: 0 });
  expect(emulator.faults.list().map(({ id }) => id)).toEqual([faults[3]?.id]);
});
