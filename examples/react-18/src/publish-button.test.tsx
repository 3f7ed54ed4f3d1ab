import type { GateAnswer } from '@latchkey/permissions';
import type { AppPermission, AppRole } from '@latchkey/policy';
import { version } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { act } from 'react-dom/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PermissionsProvider, PublishButton } from './publish-button.tsx';

let answer: GateAnswer<AppPermission, AppRole>;
let unmount: () => void;
let published: number;
beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  published = 0;
});
afterEach(() => {
  act(() => unmount());
  vi.unstubAllGlobals();
});

const ask = () => Promise.resolve([answer]);

async function show(): Promise<HTMLButtonElement | null> {
  const root = createRoot(document.body.appendChild(document.createElement('main')));
  unmount = () => root.unmount();
  await act(async () => {
    root.render(
      <PermissionsProvider scope="ann@acme" ask={ask}>
        <PublishButton id="1" onPublish={() => (published += 1)} />
      </PermissionsProvider>,
    );
    await Promise.resolve();
  });
  return document.querySelector('main:last-of-type button');
}

test('in React 18, a user with the permission publishes', async () => {
  expect(version).toMatch(/^18\./);
  answer = { state: 'allowed' };
  (await show())?.click();
  expect(published).toBe(1);
});

test('in React 18, a user without the permission sees the reason', async () => {
  answer = {
    state: 'denied',
    permission: 'reports:publish',
    reason: 'no_permission',
    grantedBy: ['admin'],
    grantedByInstanceRoles: ['owner'],
  };
  const button = await show();
  expect(button?.getAttribute('aria-disabled')).toBe('true');
  const reason = document.getElementById(button?.getAttribute('aria-describedby') ?? '');
  expect(reason?.textContent).toBe('Needs reports:publish');
  button?.click();
  expect(published).toBe(0);
});

test('in React 18, a server-rendered page hydrates without a mismatch or a request', async () => {
  const asked = vi.fn<typeof ask>(ask);
  const error = vi.spyOn(console, 'error');
  const question = { permission: 'reports:publish', instance: '1' } as const;
  const page = (
    <PermissionsProvider scope="ann@acme" ask={asked} initialAnswers={[[question, { state: 'allowed' }]]}>
      <PublishButton id="1" onPublish={() => (published += 1)} />
    </PermissionsProvider>
  );
  const main = document.body.appendChild(document.createElement('main'));
  main.innerHTML = renderToString(page);
  const button = main.querySelector('button');
  expect(button?.textContent).toBe('Publish');
  await act(async () => {
    const root = hydrateRoot(main, page);
    unmount = () => root.unmount();
    await Promise.resolve();
  });
  expect(main.querySelector('button')).toBe(button);
  button?.click();
  expect([published, asked.mock.calls, error.mock.calls]).toEqual([1, [], []]);
});
