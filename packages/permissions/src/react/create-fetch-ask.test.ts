import { afterEach, expect, test, vi } from 'vitest';
import { createFetchAsk } from './create-fetch-ask.ts';

let asked: { url: string; init: RequestInit }[] = [];
afterEach(() => {
  asked = [];
  vi.unstubAllGlobals();
});

function serverAnswers(status: number, body: unknown): void {
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return Promise.resolve(Response.json(body, { status }));
  });
}
const questions = [{ permission: 'reports:view', instance: '1' }] as const;

test('posts the questions as JSON, with current headers and a timeout', async () => {
  serverAnswers(200, [{ state: 'allowed' }]);
  let token = 'first';
  const ask = createFetchAsk('/api/gates', () =>
    Promise.resolve({ authorization: `Bearer ${token}`, 'content-type': 'text/plain' }),
  );
  expect(await ask(questions)).toEqual([{ state: 'allowed' }]);
  token = 'second';
  await ask(questions);
  expect(asked.map(({ url, init: { method, headers, body } }) => ({ url, method, headers, body }))).toEqual(
    ['first', 'second'].map((name) => ({
      url: '/api/gates',
      method: 'POST',
      headers: { authorization: `Bearer ${name}`, 'content-type': 'application/json' },
      body: '[{"permission":"reports:view","instance":"1"}]',
    })),
  );
  expect(asked[0]?.init.signal).toBeInstanceOf(AbortSignal);
});

test.each([
  [401, [{ state: 'allowed' }]],
  [500, [{ state: 'allowed' }]],
  [200, { state: 'allowed' }],
  [200, null],
])('a response %i %j rejects', async (status, body) => {
  serverAnswers(status, body);
  await expect(createFetchAsk('/api/gates')(questions)).rejects.toThrow(TypeError);
});
