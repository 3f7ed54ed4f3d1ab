import { expect, onTestFinished, test, vi } from 'vitest';
import { reportSignIn } from './report-sign-in.ts';

const webhook = { url: 'https://app.example/api/latchkey/webhook', signingKey: 'key' };

test('the handler receives a signed delivery', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const handle = vi.fn<(request: Request) => Promise<Response>>(async () => Response.json({}));
  await reportSignIn('ann', { ...webhook, handle });
  const request = handle.mock.calls[0]?.[0];
  expect(request?.url).toBe(webhook.url);
  expect(request?.headers.get('content-type')).toBe('application/json');
  expect(request?.headers.get('logto-signature-sha-256')).toMatch(/^[0-9a-f]{64}$/);
  expect(await request?.json()).toMatchObject({ event: 'PostSignIn', userId: 'ann' });
  expect(log).not.toHaveBeenCalled();
});

test.each([
  ['does not apply it', 'status 503', async () => new Response(undefined, { status: 503 })],
  ['fails', 'TypeError', () => Promise.reject(new TypeError('of ann@latchkey.example'))],
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- A handler may reject with anything.
  ['fails with no error', 'unknown', () => Promise.reject('of ann')],
  ['does not answer', 'no answer yet', () => new Promise<Response>(() => {})],
])(
  'when the handler %s, the sign-in continues and the log does not name the user',
  async (_, outcome, handle) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    await reportSignIn('ann', { ...webhook, handle });
    expect(log.mock.calls).toEqual([[`The user's roles were not read from Logto at sign-in: ${outcome}.`]]);
  },
);
