import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Emulator } from '../start.ts';
import { seed, manager, type Manage } from '../testing/fixtures.ts';

let logto: Emulator;
let manage: Manage;
beforeEach(async () => {
  logto = await start({ seed });
  manage = await manager(logto);
});
afterEach(() => logto.close());

test('sign-ins and token exchanges are in the audit log, newest first, without secrets', async () => {
  const { refreshToken } = await logto.signIn('ada', { app: 'spa-app' });
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'spa-app',
    refresh_token: refreshToken,
    organization_id: 'globex000000',
  });
  await fetch(`${logto.issuer}/token`, { method: 'POST', body });

  const logs = await manage('GET', '/logs?userId=ada000000000');
  expect(logs.headers.get('total-number')).toBe('3');
  const params = { client_id: 'spa-app', client_secret: '******', refresh_token: '******' };
  const [failed] = Object(logs.body);
  expect(logs.body).toMatchObject([
    { key: 'ExchangeTokenBy.RefreshToken', payload: { result: 'Error', params, tokenTypes: [] } },
    {
      key: 'ExchangeTokenBy.AuthorizationCode',
      payload: { result: 'Success', applicationId: 'spa-app', scope: expect.stringContaining('openid') },
    },
    { key: 'Interaction.SignIn.Submit', payload: { result: 'Success', userId: 'ada000000000' } },
  ]);
  expect(failed.payload.error).toContain('user is not a member of the organization');
  expect(JSON.stringify(logs.body)).not.toContain(refreshToken);
  expect((await manage('GET', `/logs/${failed.id}`)).body).toEqual(failed);
  const keyed = await manage('GET', '/logs?logKey=Interaction.SignIn.Submit');
  expect(keyed.headers.get('total-number')).toBe('1');
});
