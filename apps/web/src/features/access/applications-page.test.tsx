import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { heading, renderApp } from '../../testing/render-app.tsx';
import { stubConnection } from '../../testing/stub-applications.ts';

const row = async (name: string) => within(await screen.findByRole('listitem', { name }));

test('waiting applications come first and can be allowed; each shows its name, host and scopes', async () => {
  const app = await renderApp('/access', 'viewer', ({ connections }) => {
    connections.push(
      stubConnection('Scribe', { scopes: ['access:read', 'requests:write'], canChange: true }),
      stubConnection('Inspector', { clientId: 'app-7', host: null, isVerified: true, state: 'blocked' }),
      stubConnection('Later', { state: 'unused', lastUsedAt: null }),
      stubConnection('Asker', { state: 'waiting', lastUsedAt: null }),
    );
  });
  await app.user.click(await screen.findByRole('link', { name: 'Connected applications' }));
  const list = within(await screen.findByRole('list', { name: 'Connected applications' }));
  const rows = list.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(rows[0]).toMatch(/^AskerNot allowed yetUnverified name, asker\.exampleAsker wants to act for you/);
  expect(rows[1]).toMatch(/^ScribeUnverified.*See who has access, and why · Ask for access for youCan make/);
  expect(rows[2]).toMatch(/^InspectorBlockedAn administrator blocked it/);
  expect(rows[2]).not.toMatch(/Unverified|Can make changes/);
  expect(rows[3]).toMatch(/LaterNot used hereUnverified.*You gave it consent in Logto/);
  expect(rows[3]).not.toMatch(/Last used|Never used/);
  expect((await row('Scribe')).queryByRole('button', { name: /^Allow/ })).toBeNull();
  await app.user.click(list.getByRole('button', { name: 'Allow Asker' }));
  expect(await screen.findByText('“Asker” can now act for you in the default organization.')).toBeVisible();
  expect(app.server.inputsOf('applications.allow')).toEqual([
    { clientId: 'https://asker.example/client.json' },
  ]);
  await waitFor(() => expect(list.queryByRole('button', { name: 'Allow Asker' })).toBeNull());
  // A viewer cannot read the audit log.
  expect(screen.queryByRole('link', { name: /Open in Audit/ })).toBeNull();
});

test('names the organization, and links to what the application did', async () => {
  await renderApp('/access/applications?org=acme', 'admin', ({ connections }) => {
    connections.push(stubConnection('Scribe'));
  });
  expect(await screen.findByText(/^Software that acts for you in Acme/)).toBeVisible();
  const audit = await screen.findByRole('link', { name: 'Open in Audit: Scribe' });
  const { searchParams } = new URL(audit.getAttribute('href') ?? '', location.origin);
  expect(Object.fromEntries(searchParams)).toEqual({
    org: 'acme',
    period: 'month',
    person: 'u-admin',
    application: 'https://scribe.example/client.json',
  });
});

test('disconnecting says what happens, and is confirmed first', async () => {
  const app = await renderApp('/access/applications', 'viewer', ({ connections }) => {
    connections.push(stubConnection('Scribe'), stubConnection('Other'));
  });
  const disconnect = await screen.findByRole('button', { name: 'Disconnect Scribe' });
  await app.user.click(disconnect);
  const dialog = within(await screen.findByRole('alertdialog', { name: 'Disconnect “Scribe”?' }));
  expect(dialog.getByText(/denied immediately, here and in your other organizations/)).toBeVisible();
  await app.user.click(dialog.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(disconnect).toHaveFocus());
  expect(app.server.changes).toEqual([]);
  await app.user.keyboard('{Enter}');
  const again = within(await screen.findByRole('alertdialog'));
  await app.user.click(again.getByRole('button', { name: 'Disconnect' }));
  expect(await screen.findByText('“Scribe” is disconnected.')).toBeVisible();
  await waitFor(() => expect(screen.queryByRole('listitem', { name: 'Scribe' })).toBeNull());
  await row('Other');
  expect(app.server.inputsOf('applications.disconnect')).toEqual([
    { clientId: 'https://scribe.example/client.json' },
  ]);
  expect(app.server.changes).toEqual(['applications.disconnect']);
  // The button is gone.
  await waitFor(() => expect(screen.getByRole('main').matches(':focus, :focus-within')).toBe(true));
});

test.each([
  ['none', /^“Scribe” is disconnected\.$/],
  ['unknown', /requests are denied\. Latchkey can’t manage consents in Logto/],
  ['failed', /requests are denied\. Logto couldn’t be reached, so your consent is still listed there/],
] as const)('says what became of the consent in Logto: %s', async (grant, text) => {
  const app = await renderApp('/access/applications', 'viewer', ({ connections, patch }) => {
    connections.push(stubConnection('Scribe'));
    patch('applications', 'disconnect', { grant });
  });
  await app.user.click(await screen.findByRole('button', { name: 'Disconnect Scribe' }));
  const dialog = within(await screen.findByRole('alertdialog'));
  await app.user.click(dialog.getByRole('button', { name: 'Disconnect' }));
  expect(await screen.findByText(text)).toBeVisible();
});

test('a failure to disconnect is not reported as done', async () => {
  const app = await renderApp('/access/applications', 'viewer', ({ connections, refuse }) => {
    connections.push(stubConnection('Scribe'));
    refuse('applications.disconnect', 'AUTHORIZATION_UNAVAILABLE');
  });
  const disconnect = await screen.findByRole('button', { name: 'Disconnect Scribe' });
  await app.user.click(disconnect);
  const dialog = within(await screen.findByRole('alertdialog'));
  await app.user.click(dialog.getByRole('button', { name: 'Disconnect' }));
  expect(await screen.findByText(/^“Scribe” wasn’t disconnected\./)).toBeVisible();
  await waitFor(() => expect(disconnect).toHaveFocus());
});

test('without applications it shows the address to connect one, and an unknown list is not called empty', async () => {
  await renderApp('/access/applications?org=acme', 'viewer');
  expect(await screen.findByText('No connected applications')).toBeVisible();
  expect(await screen.findByText('https://console.latchkey.example/mcp')).toBeVisible();
  cleanup();
  await renderApp('/access/applications', 'viewer', ({ patch }) =>
    patch('applications', 'mine', { areGrantsKnown: false }),
  );
  expect(await screen.findByText(/^Latchkey couldn’t ask Logto/)).toBeVisible();
  expect(screen.queryByText('No connected applications')).toBeNull();
  cleanup();
  await renderApp('/access/applications', 'viewer', ({ refuse }) =>
    refuse('applications.mine', 'INPUT_INVALID'),
  );
  expect(await heading('Your connected applications couldn’t be loaded')).toBeVisible();
});
