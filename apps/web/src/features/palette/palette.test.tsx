import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';
import { stubMember } from '../../testing/stub-members.ts';
import { matches } from './command.ts';

async function openPalette(user: UserEvent): Promise<HTMLElement> {
  await screen.findByRole('heading', { name: 'Access reports', level: 1 });
  // The key listener is added together with the button.
  await screen.findByRole('button', { name: 'Search' });
  await user.keyboard('{Control>}k{/Control}');
  const input = await screen.findByRole('combobox', { name: /^Search pages/ });
  // Without this wait, the first keys are lost on a busy machine.
  await waitFor(() => expect(input).toHaveFocus());
  return input;
}
/** The searches for members sent to the server. */
const asked = (addresses: readonly string[]): string[] =>
  addresses.flatMap((address) =>
    [...decodeURIComponent(address).matchAll(/members\.list.*?"search":"(\w+)"/g)].map(
      ([, text]) => text ?? '',
    ),
  );
const option = (name: RegExp) => screen.findByRole('option', { name });

// Must be the first test in this file: after it, the code of the top bar's tools is loaded.
test('Ctrl K works before the top bar has loaded its button', async () => {
  const { user } = await renderApp('/reports', 'admin');
  await screen.findByRole('navigation', { name: 'Main' });
  expect(screen.queryByRole('button', { name: 'Search' })).toBeNull();
  await user.keyboard('{Control>}k{/Control}');
  expect(await screen.findByRole('combobox', { name: /^Search pages/ })).toBeVisible();
});

test('Ctrl K opens the palette; typing in either language finds a page, and Enter opens it', async () => {
  const { user, address } = await renderApp('/reports', 'admin');
  await openPalette(user);
  await user.keyboard('구성');
  await waitFor(() => expect(screen.getAllByRole('option')[0]).toHaveTextContent('Members'));
  await user.keyboard('{Enter}');
  await waitFor(() => expect(address()).toBe('/members'));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('finds a role by its name in either language', async () => {
  const { user } = await renderApp('/reports', 'admin');
  await openPalette(user);
  await user.keyboard('편집자');
  expect(await option(/^Editor/)).toBeVisible();
});

test('the palette keeps the focus when a navigation behind it ends', async () => {
  const { user, address, back } = await renderApp('/reports', 'admin');
  await user.click(await screen.findByRole('link', { name: 'Members' }));
  await screen.findByRole('heading', { name: 'Members', level: 1 });
  await user.keyboard('{Control>}k{/Control}');
  const search = await screen.findByRole('combobox', { name: /^Search pages/ });
  await waitFor(() => expect(search).toHaveFocus());
  back();
  await waitFor(() => expect(address()).toBe('/reports'));
  await waitFor(() => expect(document.querySelector('h1')).toHaveTextContent('Access reports'));
  await user.keyboard('구성');
  expect(search).toHaveValue('구성');
});

test('the palette opens the notifications on the current page', async () => {
  const { user, address } = await renderApp('/reports?sort=title', 'viewer');
  await openPalette(user);
  await user.keyboard('알림');
  await waitFor(() => expect(screen.getAllByRole('option')[0]).toHaveTextContent('Notifications'));
  await user.keyboard('{Enter}');
  await waitFor(() => expect(address()).toBe('/reports?sort=title#notifications'));
  expect(await screen.findByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await waitFor(() => expect(screen.getAllByRole('dialog')).toHaveLength(1));
});

test('shows only items that the user can view', async () => {
  // Stored when the user still had access.
  localStorage.setItem('latchkey:used:u-viewer@', '[{"key":"people:u-nina","name":"New report of secrets"}]');
  const { user, server } = await renderApp('/reports', 'viewer');
  await openPalette(user);
  // Once this command is shown, the gates of the others are answered too: all are asked together.
  await option(/^Access requests/);
  for (const name of [/^Members/, /^Audit/, /^Assign a role/, /^New report/])
    expect(screen.queryByRole('option', { name })).toBeNull();
  await user.keyboard('dark');
  await option(/^Use dark theme/);
  await user.keyboard('{Control>}a{/Control}Nina');
  await screen.findByText('No results for “Nina”', { selector: 'p' });
  expect(server.calls.filter((call) => call.startsWith('members.'))).toEqual([]);
});

test('a shortened list says so, and links to all results', async () => {
  const { user, address } = await renderApp('/reports', 'admin', ({ members }) => {
    for (let index = 1; index <= 7; index++) members.push(stubMember(`Kim ${index}`));
  });
  await openPalette(user);
  await user.keyboard('Kim');
  await option(/^Kim 5/);
  expect(screen.queryByRole('option', { name: /^Kim 6/ })).toBeNull();
  expect(screen.getByText('The first 5 results')).toBeInTheDocument();
  await user.click(await option(/^All results for “Kim”/));
  await waitFor(() => expect(address()).toBe('/members?search=Kim'));
  await user.keyboard('{Control>}k{/Control}');
  expect(await option(/^Members/)).toBeVisible();
  expect(screen.queryByRole('option', { name: /^All results/ })).toBeNull();
});

test('searches on the server after a pause, and ignores a late response for another text', async () => {
  const { user, network } = await renderApp('/reports', 'admin');
  const input = await openPalette(user);
  const type = (value: string) => fireEvent.change(input, { target: { value } });
  network.break('hanging');
  // No time passes between these keys.
  for (const text of ['N', 'Ni', 'Nin', 'Nina']) type(text);
  await waitFor(() => expect(asked(network.unanswered())).toEqual(['Nina']));
  network.mend();
  type('Sweep');
  await option(/^Sweeper Machine/);
  expect(screen.queryByRole('option', { name: /^Nina/ })).toBeNull();
  // One query for each text, not for each key.
  expect(asked(network.requested())).toEqual(['Nina', 'Sweep']);
});

test('recent items are at the top; Escape closes the palette and returns the focus', async () => {
  const { user, address } = await renderApp('/reports', 'admin');
  await openPalette(user);
  await user.keyboard('Q4');
  await user.click(await option(/^Q4 review/));
  await waitFor(() => expect(address()).toBe('/reports/r-1'));
  // The navigation has ended.
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
  await user.keyboard('{Control>}k{/Control}');
  const list = within(await screen.findByRole('listbox', { name: 'Search and commands' }));
  const recent = list.getByRole('group', { name: 'Recent' });
  expect(within(recent).getByRole('option')).toHaveTextContent('Q4 review');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.getByRole('button', { name: 'Search' })).toHaveFocus());
});

test('a failed search shows an error and can be retried', async () => {
  const { user, server } = await renderApp('/reports', 'admin');
  await openPalette(user);
  server.problem = { status: 500, code: 'INTERNAL_SERVER_ERROR' };
  await user.keyboard('Nina');
  const retry = await screen.findByRole('button', { name: 'Try again' });
  server.problem = null;
  await user.click(retry);
  expect(await option(/^Nina/)).toBeVisible();
});

test.each([
  ['', ['Members'], true],
  ['MEM', ['Members', '구성원'], true],
  ['구성', ['Members', '구성원'], true],
  // While the second syllable is being typed.
  ['구ㅅ', ['Members', '구성원'], true],
  ['구서', ['Members', '구성원'], true],
  ['구남', ['Members', '구성원'], false],
  ['resume', ['Résumé'], true],
  ['  report   new ', ['New report'], true],
  ['report old', ['New report'], false],
  ['\0', ['New report'], false],
])('searching %j in %j: %s', (typed, texts, expected) => {
  expect(matches(typed, texts)).toBe(expected);
});
