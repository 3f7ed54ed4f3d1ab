import { screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { createApi } from './api/api.ts';
import { apiErrorOf } from './api/api-error.ts';
import { createI18n } from './i18n/i18n.ts';
import { heading, publish, renderApp } from './testing/render-app.tsx';

test('the calls of a page with a thousand gates fit into one request that the server accepts', async () => {
  const { auth } = await renderApp('/access', 'viewer');
  const { ask } = createApi(auth);
  const sent = vi.spyOn(globalThis, 'fetch');
  const questions = Array.from({ length: 200 }, (_, index) => ({
    path: index % 2 === 0 ? 'reports.create' : 'reports.publish',
    input: { id: crypto.randomUUID() },
  }));
  const answers = (await Promise.all([1, 2, 3, 4, 5].map(() => ask(questions)))).flat();
  expect(answers.map(({ state }) => state)).toEqual(Array.from({ length: 1_000 }, () => 'denied'));
  expect(sent.mock.calls.filter(([url]) => JSON.stringify(url).includes('session.gates'))).toHaveLength(1);
});

test('a second tab with a thousand gates waits while the server is busy with the first, without an error', async () => {
  const { server, auth } = await renderApp('/access', 'editor');
  const questions = Array.from({ length: 200 }, () => ({ path: 'reports.publish', input: { id: 'r-1' } }));
  server.refuse('session.gates', 'SERVER_BUSY');
  const tabs = [createApi(auth), createApi(auth)];
  const asked = tabs.flatMap(({ ask }) => [1, 2, 3, 4, 5].map(() => ask(questions)));
  await waitFor(() => expect(server.inputsOf('session.gates').length).toBeGreaterThanOrEqual(5));
  server.refuse('session.gates', null);
  const states = (await Promise.all(asked)).flat().map(({ state }) => state);
  expect(states).toEqual(Array.from({ length: 2_000 }, () => 'allowed'));
});

test('simultaneous queries are split into requests of fewer than 50 calls', async () => {
  const { auth } = await renderApp('/access', 'editor');
  const { client } = createApi(auth);
  const calls = Array.from({ length: 130 }, () => client.session.me.query());
  expect(await Promise.all(calls)).toHaveLength(130);
});

test.each([
  ['BATCH_TOO_LARGE', 400, 'failed'],
  ['REQUEST_TOO_LARGE', 413, 'failed'],
  ['UNSUPPORTED_ENCODING', 415, 'failed'],
  ['SUBSCRIPTION_LIMIT', 429, 'busy'],
  ['SERVER_BUSY', 503, 'busy'],
  ['RATE_LIMITED', 429, 'busy'],
] as const)('%s, answered before any procedure, is shown as text', async (code, status, kind) => {
  const { server, auth } = await renderApp('/access', 'editor');
  server.problem = { status, code };
  const error: unknown = await createApi(auth)
    .client.session.me.query()
    .catch((caught: unknown) => caught);
  expect(apiErrorOf(error)).toMatchObject({ kind, code });
  for (const language of ['en', 'ko'] as const) {
    const i18n = await createI18n(language); // oxlint-disable-line no-await-in-loop
    expect(i18n.exists(`error.code.${code}`)).toBe(true);
  }
});

test('a busy server is shown as such, and the page recovers automatically', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { server } = await renderApp('/reports/r-1', 'editor', (stub) => {
    stub.problem = { status: 503, code: 'SERVER_BUSY' };
  });
  await heading('The report couldn’t be loaded');
  expect(screen.getByText(/is busy right now\. This page retries automatically\./)).toBeVisible();
  server.problem = null;
  await vi.advanceTimersByTimeAsync(6_000);
  await heading('Q4 review');
  vi.useRealTimers();
});

test('renews a token that the server rejects before reading the request', async () => {
  const { server, auth } = await renderApp('/reports', 'editor');
  server.expired.add('editor');
  await screen.findByRole('link', { name: 'Q4 review' });
  server.problem = { status: 401, code: 'TOKEN_EXPIRED' };
  const forget = vi.spyOn(auth, 'forgetAccessToken').mockImplementation(() => {
    server.problem = null;
  });
  server.expired.clear();
  await createApi(auth).client.session.me.query();
  expect(forget).toHaveBeenCalled();
});

test('a change that is too large is rejected with a message', async () => {
  const app = await renderApp('/reports/r-1', 'editor');
  const { server } = app;
  const button = await screen.findByRole('button', { name: 'Publish report' });
  server.problem = { status: 413, code: 'REQUEST_TOO_LARGE' };
  await publish(app);
  await screen.findByText(/The request is too large/);
  server.problem = null;
  await waitFor(() => expect(button).toBeEnabled());
});

test('a rate-limited change shows when to retry, and then succeeds', async () => {
  const app = await renderApp('/reports/r-1', 'editor');
  const { server } = app;
  const button = await screen.findByRole('button', { name: 'Publish report' });
  server.problem = { status: 429, code: 'RATE_LIMITED' };
  await publish(app);
  await screen.findByText(/Too many requests\. Try again in a minute\.$/);
  server.problem = null;
  await publish(app);
  await waitFor(() => expect(button).not.toBeInTheDocument());
});
