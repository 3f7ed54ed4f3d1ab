import { act, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { ConsoleClient } from './auth/logto.ts';
import { begin } from './begin.ts';
import { createStubNetwork } from './testing/stub-network.ts';

test('without a session, the landing page sends its first request on hover, and reports a failure on click', async () => {
  const config = { logto: { endpoint: 'http://logto.example', appId: 'console' }, apiResource: 'api' };
  const network = createStubNetwork(() => Promise.resolve(Response.json(config)));
  vi.stubGlobal('fetch', network.fetch);
  const signIn = vi
    .spyOn(ConsoleClient.prototype, 'signIn')
    .mockRejectedValueOnce(new TypeError('Failed to fetch'))
    .mockReturnValue(new Promise(() => {}));
  const user = userEvent.setup();
  await act(() => begin(document.body.appendChild(document.createElement('div'))));
  const button = await screen.findByRole('button', { name: 'Create account' });
  expect(network.requested()).toEqual([]);

  network.break('refused');
  await user.hover(button);
  await waitFor(() => expect(network.requested()).toHaveLength(1));
  const failed = 'Sign-in can’t be reached right now. Try again in a moment.';
  expect(screen.queryByText(failed)).toBeNull();
  await user.click(button);
  expect(await screen.findByText(failed)).toBeVisible();
  expect(button).toBeEnabled();

  network.mend();
  await user.click(button);
  await waitFor(() => expect(signIn).toHaveBeenCalledTimes(1));
  expect(await screen.findByText(failed)).toBeVisible();
  await user.click(button);
  await waitFor(() => expect(signIn).toHaveBeenCalledTimes(2));
  expect(signIn.mock.lastCall?.[0]).toMatchObject({ firstScreen: 'register' });
  expect(button).toBeDisabled();
  expect(screen.queryByText(failed)).toBeNull();
});
