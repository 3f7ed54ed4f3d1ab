import { LogtoClientError } from '@logto/react';
import { afterEach, beforeEach, expect, test, vi, type MockInstance } from 'vitest';
import { createAuth, type Auth } from './auth.ts';
import { ConsoleClient } from './console-client.ts';

const config = { logto: { endpoint: 'http://localhost', appId: 'console' }, apiResource: 'api' };

/** Each page load of a tab creates it anew; the tab's storage stays. */
const loadPage = (): Auth => createAuth(config);
let signIn: MockInstance<ConsoleClient['signIn']>;

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  signIn = vi.spyOn(ConsoleClient.prototype, 'signIn').mockResolvedValue();
});
afterEach(() => vi.useRealTimers());

test('a session that is over right after signing in does not lead to Logto again, page load after page load', async () => {
  expect(await loadPage().signInAgain()).toBe(true);
  for (let second = 5; second < 30; second += 5) {
    vi.advanceTimersByTime(5_000);
    expect(await loadPage().signInAgain()).toBe(false); // oxlint-disable-line no-await-in-loop
  }
  expect(signIn).toHaveBeenCalledOnce();
});

test('a session that is over later does', async () => {
  await loadPage().signInAgain();
  vi.advanceTimersByTime(30_000);
  expect(await loadPage().signInAgain()).toBe(true);
  expect(signIn).toHaveBeenCalledTimes(2);
});

test('an attempt that did not reach Logto does not count', async () => {
  signIn.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  expect(await loadPage().signInAgain()).toBe(false);
  expect(await loadPage().signInAgain()).toBe(true);
  expect(signIn).toHaveBeenCalledTimes(2);
});

test('a token that is asked for without a session is refused, not awaited for ever, while the guard holds', async () => {
  vi.spyOn(ConsoleClient.prototype, 'tokenFor').mockRejectedValue(new LogtoClientError('not_authenticated'));
  await loadPage().signInAgain();
  await expect(loadPage().accessToken()).rejects.toMatchObject({ code: 'not_authenticated' });
  expect(signIn).toHaveBeenCalledOnce();
});
