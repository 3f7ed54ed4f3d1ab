import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { seed, manager, type Manage } from '../testing/fixtures.ts';

let logto: Emulator;
let manage: Manage;
let accepted: string;

const ask = async (token = accepted): Promise<number> =>
  (await fetch(`${logto.url}/api/users`, { headers: { authorization: `Bearer ${token}` } })).status;

async function applicationToken(): Promise<string> {
  const response = await fetch(`${logto.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'm2m-app',
      client_secret: 'm2m-secret',
      resource: logto.managementApi.resource,
      scope: 'all',
    }),
  });
  return String(Object(await response.json()).access_token);
}

beforeEach(async () => {
  logto = await start({ seed, customClaims: () => ({ nbf: Math.floor(Date.now() / 1000) }) });
  accepted = await applicationToken();
  await ask();
  manage = await manager(logto);
});
afterEach(() => logto.close());

test('an accepted token is refused from the second it expires', async () => {
  logto.setClock(3_500_000);
  expect(await ask()).toBe(200);
  logto.setClock(3_600_000);
  expect(await ask()).toBe(401);
});

test('an accepted token is refused when the clock goes back to before its nbf', async () => {
  logto.setClock(-10_000);
  expect(await ask()).toBe(401);
});

test('an accepted token is valid after one rotation of the keys, not after two', async () => {
  await logto.rotateKeys();
  expect(await ask()).toBe(200);
  await logto.rotateKeys();
  expect(await ask()).toBe(401);
});

test('an accepted token is refused when its key is deleted', async () => {
  await logto.rotateKeys();
  expect(await ask()).toBe(200);
  const [, previous] = Object((await manage('GET', '/configs/oidc/private-keys')).body);
  manage = await manager(logto);
  expect((await manage('DELETE', `/configs/oidc/private-keys/${previous.id}`)).status).toBe(204);
  expect(await ask()).toBe(401);
});

test('an accepted token with another signature is refused', async () => {
  expect(await ask()).toBe(200);
  const [head, body, signature = ''] = accepted.split('.');
  expect(await ask(`${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`)).toBe(
    401,
  );
});

test('an accepted token is a JWT, which stays valid after its application is deleted and after a reset', async () => {
  expect((await manage('DELETE', '/applications/m2m-app')).status).toBe(204);
  expect(await ask()).toBe(200);
  await logto.reset();
  expect(await ask()).toBe(200);
});

test('an application without the role of the Management API gets a token, and each call with it is refused', async () => {
  const { body } = await manage('POST', '/applications', { name: 'Other', type: 'MachineToMachine' });
  const { id } = Object(body);
  const [secret] = Object((await manage('GET', `/applications/${id}/secrets`)).body);
  const response = await fetch(`${logto.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret.value,
      resource: logto.managementApi.resource,
      scope: 'all',
    }),
  });
  expect(response.status).toBe(200);
  expect(await ask(String(Object(await response.json()).access_token))).toBe(403);
});
