import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { seed, manager, type Manage } from '../testing/fixtures.ts';

let logto: Emulator;
let manage: Manage;
let token: string;
beforeEach(async () => {
  logto = await start({ seed });
  manage = await manager(logto);
  token = (await logto.signIn('ada')).accessToken;
});
afterEach(() => logto.close());

async function own(method: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${logto.url}/api/my-account`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

test('the account API and each of its fields are off by default', async () => {
  expect(await own('GET')).toMatchObject({ status: 400, body: { code: 'account_center.not_enabled' } });
  await manage('PATCH', '/account-center', { enabled: true });
  const { body } = await own('GET');
  expect(body).toMatchObject({ id: 'ada000000000', hasSecurityVerificationMethod: true });
  expect(body).not.toHaveProperty('username');
  expect(body).not.toHaveProperty('primaryEmail');
});

test('an email is shown only to a token with its scope', async () => {
  await manage('PATCH', '/account-center', {
    enabled: true,
    fields: { email: 'ReadOnly', customData: 'ReadOnly' },
  });
  const { body } = await own('GET');
  expect(body).toMatchObject({ primaryEmail: 'ada@example.test' });
  expect(body).not.toHaveProperty('customData');
});
