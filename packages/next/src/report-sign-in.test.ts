import { expect, onTestFinished, test, vi } from 'vitest';
import { reportSignIn } from './report-sign-in.ts';

const webhook = { url: 'https://app.example/api/latchkey/webhook', signingKey: 'key' };

test('the handler receives a signed delivery', async () => {
  const handle = vi.fn<(request: Request) => Promise<Response>>(async () => Response.json({}));
  await reportSignIn('ann', { ...webhook, handle });
  const request = handle.mock.calls[0]?.[0];
  expect(request?.url).toBe(webhook.url);
  expect(request?.headers.get('logto-signature-sha-256')).toMatch(/^[0-9a-f]{64}$/);
  expect(await request?.json()).toMatchObject({ event: 'PostSignIn', userId: 'ann' });
});

test.each([
  ['does not apply it', async () => new Response(undefined, { status: 503 })],
  ['fails', () => Promise.reject(new TypeError('of ann@latchkey.example'))],
  ['does not answer', () => new Promise<Response>(() => {})],
])('when the handler %s, the sign-in continues and the log does not name the user', async (_, handle) => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  await reportSignIn('ann', { ...webhook, handle });
  expect(log).toHaveBeenCalledOnce();
  expect(String(log.mock.calls[0])).not.toContain('ann');
});
