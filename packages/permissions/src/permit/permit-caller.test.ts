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

test('a key that Permit does not know is a 401 that is not retryable', async () => {
  await expect(listRoles({ apiKey: 'permit_key_wrong' })).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    status: 401,
    retryable: false,
    message: expect.stringContaining('Permit could not list roles: the API key is not valid (401'),
  });
});

test('a key that may not do this is a 403 that is not retryable', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 403, body: { message: 'not for you' } });
  await expect(listRoles()).rejects.toMatchObject({
    status: 403,
    retryable: false,
    message: 'Permit could not list roles: the API key may not do this (403: not for you)',
  });
});

test('an error that is printed with all that it holds does not show the API key', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 404 });
  const error: unknown = await listRoles().catch((failure: unknown) => failure);
  const printed = inspect(error, { depth: Infinity, showHidden: true });
  expect(printed).toContain('Permit could not list roles');
  expect(printed).not.toContain(emulator.keys.environment);
});

test('the key of an organization is not retryable: it belongs to no environment', async () => {
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

test('a failure while the key is examined is not remembered', async () => {
  const call = createPermitCaller({ apiUrl: emulator.url, apiKey: emulator.keys.environment });
  emulator.faults.add({ status: 503, count: 1 });
  await expect(call('list roles', (permit) => permit.api.roles.list())).rejects.toMatchObject({
    status: 503,
  });
  await expect(call('list roles', (permit) => permit.api.roles.list())).resolves.toBeInstanceOf(Array);
});

test('a 429 is obeyed: the call is made again after Retry-After, also while the key is examined', async () => {
  emulator.faults.add({ status: 429, headers: { 'retry-after': '0' }, count: 1 });
  emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '0' }, count: 1 });
  await expect(listRoles()).resolves.toBeInstanceOf(Array);
});

test('a wait beyond the deadline fails at once, and says how long Permit asks to wait', async () => {
  emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '90' }, count: 1 });
  await expect(listRoles()).rejects.toMatchObject({ status: 429, retryable: true, retryAfter: 60_000 });
});

test('a rate limit that does not end is an error', async () => {
  const faults = [1, 2, 3, 4].map(() =>
    emulator.faults.add({ path: '/v2/schema/*', status: 429, headers: { 'retry-after': '0' }, count: 1 }),
  );
  await expect(listRoles()).rejects.toMatchObject({ status: 429, retryAfter: 0 });
  expect(emulator.faults.list().map(({ id }) => id)).toEqual([faults[3]?.id]);
});
