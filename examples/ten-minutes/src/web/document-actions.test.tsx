// @vitest-environment jsdom
import { createTestPermissions } from '@latchkey/permissions/testing';
import { cleanup, render, screen } from '@testing-library/react';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { policy } from '../policy.ts';
import { createApp } from '../server/app.ts';
import { Providers } from './app.tsx';
import { DeleteButton, EditLink } from './document-actions.tsx';

/** The real server, with a decider that decides in process from a few facts. The access token is the user's key. */
const decider = createTestPermissions(policy, {
  users: {
    ann: { roles: { acme: ['member'] }, instanceRoles: { 'documents:1': ['owner'] } },
    bob: { roles: { acme: ['member'] } },
  },
  instances: { 'documents:1': { tenant: 'acme' } },
});
let server: Server;
let url: string;
beforeAll(async () => {
  const app = createApp({
    decider,
    directory: { assignRole: () => Promise.resolve('assigned') },
    identify: (authorization) =>
      Promise.resolve({ subject: authorization?.replace('Bearer ', '') ?? '', tenant: 'acme' }),
  });
  await new Promise<void>((resolve) => {
    server = app.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/trpc`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(cleanup);

const show = (subject: string) =>
  render(
    <Providers session={{ subject, tenant: 'acme', accessToken: subject }} url={url}>
      <DeleteButton id="1" />
      <EditLink id="1" />
    </Providers>,
  );

const deleteButton = () => screen.findByRole('button', { name: 'Delete' }, { timeout: 60_000 });

test('the owner sees the button and the link', async () => {
  show('ann');
  const button = await deleteButton();
  expect(button.getAttribute('aria-disabled')).toBeNull();
  expect(screen.getByRole('link', { name: 'Edit' }).getAttribute('href')).toBe('/documents/1/edit');
});

test('others see a disabled button with the reason, and no link', async () => {
  show('bob');
  const button = await deleteButton();
  expect(button.getAttribute('aria-disabled')).toBe('true');
  expect(screen.getByText('Only for: admin, owner.').id).toBe(button.getAttribute('aria-describedby'));
  expect(screen.queryByRole('link')).toBeNull();
});
