import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Outputs } from '../../api/trpc.ts';
import { renderApp } from '../../testing/render-app.tsx';

const open: Outputs['setup']['status'] = {
  state: 'open',
  checks: [
    { name: 'logto', state: 'done' },
    { name: 'policy', state: 'todo' },
    { name: 'webhook', state: 'unknown' },
  ],
  links: { permit: 'https://permit.example/' },
};

const step = async (name: string) => within(await screen.findByRole('listitem', { name }));

test('an open step has a command, an unverifiable step says so, and only known consoles are linked', async () => {
  await renderApp('/setup', 'admin', (server) => {
    server.answers.setup.status = open;
  });
  expect((await step('The policy is in Permit')).getByText('latchkey policy apply')).toBeVisible();
  expect(
    (await step('Logto sends changes to the server')).getByText('Can’t be checked right now'),
  ).toBeVisible();
  expect((await step('People sign in with Logto')).queryByText(/Logto signs/)).toBeNull();
  expect(screen.getByText('1 of 3 done')).toBeVisible();
  expect(await screen.findByRole('link', { name: 'Set up 2' })).toBeVisible();
  expect(screen.getByRole('link', { name: 'Permit’s console' })).toHaveAttribute(
    'href',
    'https://permit.example/',
  );
  expect(screen.queryByRole('link', { name: 'Logto’s console' })).toBeNull();
});

test('a dismissed checklist disappears from the sidebar', async () => {
  const { user, server } = await renderApp('/setup', 'admin', (stub) => {
    stub.answers.setup.status = open;
  });
  await user.click(await screen.findByRole('button', { name: 'Dismiss checklist' }));
  expect(
    await screen.findByRole('heading', { level: 1, name: 'The setup checklist is closed' }),
  ).toBeVisible();
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
  expect(screen.queryByRole('link', { name: /^Set up/ })).toBeNull();
  expect(server.answers.setup.status).toEqual({ state: 'hidden' });
});

test('a user who cannot see the checklist does not read that setup is complete', async () => {
  await renderApp('/setup', 'viewer', (server) => {
    server.answers.setup.status = { state: 'not-yours' };
  });
  expect(
    await screen.findByRole('heading', { level: 1, name: 'The setup checklist is for operators' }),
  ).toBeVisible();
  expect(screen.queryByText(/complete/i)).toBeNull();
});

test('a denied user learns how to become an administrator while there is none', async () => {
  const { user } = await renderApp('/sync', 'viewer', (server) => {
    server.answers.setup.status = { state: 'no-administrator' };
  });
  await user.click(await screen.findByRole('link', { name: 'See how to become one' }));
  expect(await screen.findByText('latchkey grant u-viewer admin')).toBeVisible();
});
