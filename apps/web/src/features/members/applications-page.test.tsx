import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';
import { stubConnection } from '../../testing/stub-applications.ts';
import type { StubServer } from '../../testing/stub-server.ts';

const clientId = 'https://scribe.example/client.json';

function fill({ connections, blocked }: StubServer): void {
  connections.push(
    stubConnection('Scribe', { scopes: ['access:read', 'requests:write'], canChange: true }),
    stubConnection('Asker', { state: 'waiting', lastUsedAt: null }),
    stubConnection('Robot', { clientId: 'app-7', host: null, isVerified: true }),
  );
  blocked.set('app-7', 'Sends too much');
}

const rows = async () => {
  const table = within(await screen.findByRole('table', { name: 'Applications' }));
  const [, ...found] = table.getAllByRole('row');
  return found;
};
const scribe = async () => within((await rows())[0] ?? document.body);
const blockButton = async () => (await scribe()).getAllByRole('button', { name: 'Block Scribe' })[0]!;

test('lists the applications with people, scopes and last use, and those that are blocked', async () => {
  const app = await renderApp('/members', 'admin', fill);
  const tabs = within(await screen.findByRole('navigation', { name: /^Members, invitations/ }));
  await app.user.click(tabs.getByRole('link', { name: 'Applications' }));
  const [first, second, third] = await rows();
  expect(first).toHaveTextContent(/Scribe.*Unverified name, scribe\.example.*Can make changes.*2 people/);
  expect(second).toHaveTextContent(/Asker.*0 people.*1 not allowed yet.*Never used/);
  expect(third).toHaveTextContent(/Robot.*Blocked.*Blocked by Amelia Hart.*: “Sends too much”/);
  expect(third).not.toHaveTextContent('Unverified');
  expect((await scribe()).getByRole('link', { name: 'Open in Audit: Scribe' })).toHaveAttribute(
    'href',
    `/audit?period=month&application=${encodeURIComponent(clientId)}`,
  );
});

test('blocking names the people that it affects, takes a reason, and can be undone', async () => {
  const app = await renderApp('/members/applications', 'admin', fill);
  await app.user.click(await blockButton());
  const sheet = within(await screen.findByRole('dialog', { name: 'Block “Scribe”?' }));
  expect(sheet.getByText(/including people who connect it later/)).toBeVisible();
  const affected = within(await sheet.findByRole('region', { name: 'Affects 2 people' }));
  expect(affected.getByText('Nina')).toBeVisible();
  expect(affected.getByText('And 1 more person.')).toBeVisible();
  expect(app.server.inputsOf('applications.peopleOf')).toEqual([{ clientId }]);
  await app.user.type(sheet.getByRole('textbox', { name: 'Reason' }), ' Reads everything ');
  app.server.refuse('applications.block', 'AUTHORIZATION_UNAVAILABLE');
  await app.user.click(sheet.getByRole('button', { name: 'Block Scribe' }));
  expect(await sheet.findByRole('alert')).toHaveTextContent(/^The application wasn’t blocked\./);
  app.server.refuse('applications.block', null);
  await app.user.click(sheet.getByRole('button', { name: 'Block Scribe' }));
  expect(await screen.findByText('“Scribe” is blocked.')).toBeVisible();
  expect(app.server.inputsOf('applications.block').at(-1)).toEqual({ clientId, reason: 'Reads everything' });
  await waitFor(async () => expect((await rows())[0]).toHaveTextContent(/: “Reads everything”/));
  const unblock = (await scribe()).getAllByRole('button', { name: 'Unblock Scribe' })[0];
  await waitFor(() => expect(unblock).toHaveFocus());
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('“Scribe” can act for its members again.')).toBeVisible();
  expect(app.server.inputsOf('applications.unblock')).toEqual([{ clientId }]);
  expect(await blockButton()).toBeVisible();
});

test('editors see the applications but cannot block them', async () => {
  await renderApp('/members/applications', 'editor', fill);
  expect((await rows())[0]).toHaveTextContent('Scribe');
  expect(screen.queryByRole('button', { name: /lock / })).toBeNull();
});

test('an empty list says how an application connects', async () => {
  await renderApp('/members/applications', 'admin');
  expect(await screen.findByText('No connected applications')).toBeVisible();
  expect(await screen.findByText('https://console.latchkey.example/mcp')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Copy: MCP server address' })).toBeVisible();
});
