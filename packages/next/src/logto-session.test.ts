import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ownPage, reportSignIn } from './logto-session.ts';

const base = 'https://app.example';
const home = `${base}/`;

test.each([
  ['/reports?page=2#top', `${base}/reports?page=2#top`],
  ['reports', `${base}/reports`],
  [`${base}/reports`, `${base}/reports`],
  [undefined, home],
  [new FormData(), home],
  ['', home],
])('%j becomes %s', (path, page) => {
  expect(ownPage(path, base)).toBe(page);
});

test.each([
  ['/reports?page=2', `${base}/under/reports?page=2`],
  ['reports', `${base}/under/reports`],
  ['/under/reports', `${base}/under/under/reports`],
  ['?page=2', `${base}/under/?page=2`],
  [`${base}/under/reports`, `${base}/under/reports`],
  [`${base}/under?page=2`, `${base}/under?page=2`],
  [`${base}/reports`, `${base}/under/`],
  [`${base}/underneath`, `${base}/under/`],
  ['/../reports', `${base}/under/`],
  ['//evil.example', `${base}/under/`],
  [undefined, `${base}/under/`],
])('with a base path, %j becomes %s', (path, page) => {
  expect(ownPage(path, `${base}/under`)).toBe(page);
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'https:evil.example/..//@evil.example',
  'https://app.example.evil.example/',
  'https://app.example@evil.example/',
  'https://evil.example@app.example/',
  'http://app.example/',
  'https://app.example:8443/',
  'javascript:alert(1)',
  'data:text/html,x',
  'java\nscript:alert(1)',
  '/\t/evil.example',
  'blob:https://app.example/x',
])('%j does not become another origin', (path) => {
  expect(new URL(ownPage(path, base)).host).toBe('app.example');
  expect(ownPage(path, base)).toMatch(/^https:\/\/app\.example\//);
});

test('any string becomes a page below the base URL', () => {
  const part = fc.constantFrom(
    '/',
    '\\',
    ':',
    '@',
    '//',
    'http',
    'https:',
    'evil.example',
    '\t',
    '..',
    '?',
    '#',
    ' ',
  );
  const text = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.array(part).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(base, 'http://localhost:3000', 'https://app.example/under'),
      (path, baseUrl) => {
        const page = new URL(ownPage(path, baseUrl));
        expect(page.origin).toBe(new URL(baseUrl).origin);
        expect(`${page.pathname}/`.startsWith(new URL(`${baseUrl}/`).pathname)).toBe(true);
      },
    ),
  );
});

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
