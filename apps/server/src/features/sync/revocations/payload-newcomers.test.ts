import type { Permit } from 'permitio';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { permitSdk } from '../../../testing/permit-sdk.ts';
import { startTestServer, type TestServer } from '../../../testing/test-server.ts';

let server: TestServer;
let sdk: Permit;
beforeAll(async () => {
  server = await startTestServer(); // Without Logto's Management API.
  sdk = permitSdk(server.permit);
});
afterEach(() => server.permit.faults.clear());
afterAll(() => server.close());

const me = async (id: string) => (await server.asNewcomer(id)).session.me.query();

test('a new user is created with the default role before their first call is decided', async () => {
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', delay: 200 });
  expect(await me('fresh0000001')).toMatchObject({ roles: ['viewer'] });
  expect((await sdk.api.users.get('fresh0000001')).roles).toEqual([{ role: 'viewer', tenant: 'default' }]);
});

test('during an outage of Permit a new user is neither admitted nor reported as unknown', async () => {
  server.permit.faults.add({ method: 'POST', path: '/v2/facts/*', status: 503 });
  await expect(me('later0000001')).rejects.toMatchObject({ data: { httpStatus: 503 } });
  server.permit.faults.clear();
  expect(await me('later0000001')).toMatchObject({ roles: ['viewer'] });
});

test('a user already in Permit preserves their roles', async () => {
  await sdk.api.users.create({
    key: 'known0000001',
    role_assignments: [{ role: 'editor', tenant: 'default' }],
  });
  expect(await me('known0000001')).toMatchObject({ roles: ['editor'] });
  expect((await sdk.api.users.get('known0000001')).roles).toEqual([{ role: 'editor', tenant: 'default' }]);
});
