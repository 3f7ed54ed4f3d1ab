import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { followTheme } from './layout/theme.ts';
import { writePreference } from './preference.ts';
import { announced, heading, renderApp } from './testing/render-app.tsx';

test('without a session, a deep link redirects to Logto, which returns to it', async () => {
  const { auth } = await renderApp('/reports/r-1?role=editor', null);
  await waitFor(() => expect(auth.signIn).toHaveBeenCalledWith({ returnPath: '/reports/r-1?role=editor' }));
});

test('without a session, the landing page shows a picture of the console in the chosen theme, and offers sign-in', async () => {
  writePreference('theme', 'dark');
  const { auth, user } = await renderApp('/', null);
  expect(await screen.findByRole('img', { name: /The access requests of an organization/ })).toBeVisible();
  expect(document.querySelector('source')).toHaveAttribute('media', 'all');
  await user.click(screen.getByRole('button', { name: 'Create account' }));
  expect(auth.signIn).toHaveBeenCalledWith({ register: true, returnPath: '/' });
});

test('the picture of the landing page follows the theme of another tab', async () => {
  followTheme();
  await renderApp('/', null);
  await screen.findByRole('img', { name: /The access requests of an organization/ });
  const source = document.querySelector('source');
  expect(source).toHaveAttribute('media', '(prefers-color-scheme: dark)');
  writePreference('theme', 'dark');
  act(() => void dispatchEvent(new StorageEvent('storage', { key: 'latchkey:theme' })));
  expect(source).toHaveAttribute('media', 'all');
});

test('after a failed sign-in, the callback page shows when a new one cannot start', async () => {
  const { auth, user } = await renderApp('/callback', null);
  vi.mocked(auth.signIn).mockRejectedValue(new TypeError('Failed to fetch'));
  await user.click(await screen.findByRole('button', { name: 'Sign in again' }));
  expect(await screen.findByText(/^Sign-in can’t be reached/)).toBeVisible();
});

test('with a session, the landing page redirects home', async () => {
  const { address } = await renderApp('/', 'editor');
  await heading('Home');
  expect(address()).toBe('/home');
});

test('a denial by the server is shown as access denied, not as an error', async () => {
  await renderApp('/reports/r-1', 'viewer');
  await heading('You don’t have access to this');
  expect(screen.getByText('Edit reports')).toBeVisible();
  expect(screen.getByText('Also the report’s owner and its editors.')).toBeVisible();
  expect(screen.getByText('Ask the report’s owner or an administrator.')).toBeVisible();
});

test('an unknown path does not require sign-in, and has the layout for signed-in users', async () => {
  await renderApp('/nowhere/at/all', 'viewer');
  await heading('Page not found');
  expect(screen.getByRole('link', { name: 'Go to Home' })).toHaveAttribute('href', '/home');
  expect(screen.getByRole('navigation', { name: 'Main' })).toBeInTheDocument();
  cleanup();
  const { auth } = await renderApp('/nowhere', null);
  await heading('Page not found');
  expect(screen.queryByRole('navigation', { name: 'Main' })).toBeNull();
  expect(screen.getByRole('button', { name: '한국어' })).toBeVisible();
  expect(auth.signIn).not.toHaveBeenCalled();
});

test('an invalid report id is requested once and shown as not found', async () => {
  const { server } = await renderApp('/reports/zzz', 'editor', ({ refuse }) =>
    refuse('reports.get', 'INPUT_INVALID'),
  );
  await heading('This report doesn’t exist');
  expect(server.calls.filter((call) => call.startsWith('reports.get'))).toHaveLength(1);
});

test('the form of a new report focuses its title', async () => {
  const { user } = await renderApp('/reports', 'editor');
  await user.click(await screen.findByRole('link', { name: 'New report' }));
  await waitFor(() => expect(screen.getByLabelText('Title')).toHaveFocus());
  await user.click(screen.getByRole('button', { name: 'Create report' }));
  expect(screen.getByLabelText('Title')).toHaveAccessibleDescription('Enter a title.');
});

test('publishing names its audience first, and can be undone', async () => {
  const app = await renderApp('/reports/r-1', 'editor');
  const { user, server } = app;
  await user.click(await screen.findByRole('button', { name: 'Publish report' }));
  const dialog = within(await screen.findByRole('alertdialog', { name: 'Publish “Q4 review”?' }));
  expect(await dialog.findByText('507 people')).toBeVisible();
  expect(dialog.getByText('509 people will be able to open it:')).toBeVisible();
  expect(dialog.getByText('1 owner')).toBeVisible();
  expect(dialog.getByText('Shared with 1 person')).toBeVisible();
  // The parts are 510.
  expect(dialog.getByText('People with several roles are counted once in the total.')).toBeVisible();
  expect(server.calls.filter((call) => call.startsWith('reports.publish'))).toEqual([]);
  await user.click(dialog.getByRole('button', { name: 'Publish report' }));
  await screen.findByText('Report published');
  expect(await screen.findByText('Published')).toBeVisible();
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  await screen.findByText('The report is a draft again');
  expect(await screen.findByRole('button', { name: 'Publish report' })).toBeVisible();
});

test('an open form closes when the user moves to another report, and preserves its text', async () => {
  const { user } = await renderApp('/reports/r-2', 'editor', ({ reports }) => {
    reports.push({ ...reports[0]!, id: 'r-2', title: 'Other' });
  });
  const goTo = async (title: string): Promise<void> => {
    await user.click(await screen.findByRole('button', { name: 'Search' }));
    const search = await screen.findByRole('combobox', { name: /^Search pages/ });
    await waitFor(() => expect(search).toHaveFocus());
    await user.keyboard(title);
    await user.click(await screen.findByRole('option', { name: new RegExp(title) }));
    await heading(title);
  };
  await heading('Other');
  await goTo('Q4 review');
  const openForm = async () => {
    await user.click(await screen.findByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Rename' }));
    return screen.findByRole('textbox', { name: 'Title' });
  };
  await user.type(await openForm(), ' of the other one');
  await goTo('Other');
  expect(await screen.findByRole('button', { name: 'More actions' })).toBeVisible();
  expect(screen.queryByRole('textbox', { name: 'Title' })).toBeNull();
  await goTo('Q4 review');
  expect(await openForm()).toHaveValue('Q4 review of the other one');
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  const field = await openForm();
  expect(field).toHaveValue('Q4 review');
  await user.type(field, ' 2 ');
  await user.click(screen.getByRole('button', { name: 'Save title' }));
  await heading('Q4 review 2');
});

test('a search without results shows an empty state, and links to all reports in the same order', async () => {
  const { server, user, address } = await renderApp('/reports?sort=title', 'editor');
  expect(await screen.findByRole('link', { name: /^Drafts\s*1$/ })).toBeVisible();
  await user.type(screen.getByRole('textbox', { name: 'Search reports' }), 'nothing like it ');
  await screen.findByText('No matching reports');
  expect(await announced('No results')).toBeVisible();
  await waitFor(() => expect(address()).toBe('/reports?sort=title&search=nothing+like+it'));
  expect(
    server.calls.some(
      (call) =>
        call.startsWith('reports.list {"search":"nothing like it"') && call.includes('"sort":"title"'),
    ),
  ).toBe(true);
  await user.click(screen.getByRole('link', { name: 'Show all reports' }));
  await screen.findByRole('link', { name: 'Q4 review' });
  expect(address()).toBe('/reports?sort=title');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Sort reports' }), 'Oldest first');
  await waitFor(() => expect(address()).toBe('/reports?sort=oldest'));
});

test('the list is exported with its filter and order, with a new token if the first one has expired', async () => {
  const { user } = await renderApp('/reports?status=draft&sort=title', 'editor');
  const [rest, asked, tokens] = [fetch, [] as URL[], [] as (string | null)[]];
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
    if (typeof input !== 'string' || !input.startsWith('/api/reports/export')) return rest(input, init);
    asked.push(new URL(input, 'http://console.example'));
    tokens.push(new Headers(init?.headers).get('authorization'));
    if (asked.length === 1)
      return Response.json({ status: 401, code: 'TOKEN_EXPIRED', requestId: null }, { status: 401 });
    return new Response('file', {
      headers: {
        'content-disposition': `attachment; filename="?? 1.xlsx"; filename*=UTF-8''${encodeURIComponent('보고서 1.xlsx')}`,
      },
    });
  });
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:1');
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  await user.click(await screen.findByRole('button', { name: 'Export' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Excel (XLSX)' }));
  await screen.findByText('보고서 1.xlsx saved.');
  expect(tokens).toEqual(['Bearer editor', 'Bearer editor-1']);
  expect(asked[0]?.searchParams.get('format')).toBe('xlsx');
  expect(asked[0]?.searchParams.get('language')).toBe('en');
  expect(JSON.parse(asked[0]?.searchParams.get('filter') ?? '')).toEqual({ status: 'draft', sort: 'title' });
});

test('an export whose second token is rejected too ends the session', async () => {
  const app = await renderApp('/reports', 'editor');
  const rest = fetch;
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) =>
    typeof input === 'string' && input.startsWith('/api/reports/export')
      ? Response.json({ status: 401, code: 'TOKEN_EXPIRED', requestId: null }, { status: 401 })
      : rest(input, init),
  );
  await app.user.click(await screen.findByRole('button', { name: 'Export' }));
  await app.user.click(await screen.findByRole('menuitem', { name: 'CSV' }));
  await waitFor(() => expect(app.auth.session.problem()).toBe('ended'));
  expect(screen.queryByText(/^Nothing was exported/)).toBeNull();
});

test('ignores an unknown filter', async () => {
  await renderApp('/reports?status=lost&collection=lost&sort=lost', 'editor');
  expect(await screen.findByRole('link', { name: 'Q4 review' })).toBeVisible();
});

test('filters the users in a report by role, and labels machines', async () => {
  const { user } = await renderApp('/reports/r-1', 'editor');
  expect(await screen.findByRole('rowheader', { name: /Nightly export\s*Machine/ })).toBeVisible();
  await user.click(await screen.findByRole('link', { name: /^Viewer/ }));
  await waitFor(() =>
    expect(screen.getAllByRole('rowheader').map((row) => row.textContent)).toEqual([
      expect.stringContaining('jonas@example.com'),
    ]),
  );
  const result = await announced('1 result');
  await user.click(screen.getByRole('link', { name: /^Administrator/ }));
  // The same text is announced again.
  await waitFor(() => expect(result).not.toBeInTheDocument());
  const region = (await announced('1 result')).parentElement!;
  // Another number is announced without the previous one.
  const texts: (string | null)[] = [];
  new MutationObserver(() => texts.push(region.textContent)).observe(region, {
    childList: true,
    characterData: true,
    subtree: true,
  });
  await user.click(screen.getByRole('link', { name: /^Editor/ }));
  await waitFor(() => expect(texts).toContain('2 results'));
  expect(texts).toEqual(['2 results']);
});

test('an outage is shown, is not a denial, and the page recovers automatically', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const app = await renderApp('/reports/r-1', 'editor');
  app.server.outage = true;
  await heading('Permissions can’t be checked right now');
  app.server.outage = false;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await heading('Q4 review')).toBeVisible();
});

test('renews an expired token and repeats the request without user interaction', async () => {
  const app = await renderApp('/reports', 'editor');
  app.server.expired.add('editor');
  await screen.findByRole('link', { name: 'Q4 review' });
  expect(app.auth.session.isOver()).toBe(false);
});

test('when a new token is rejected too, a dialog and the page offer to sign in again and return to this page', async () => {
  const app = await renderApp('/reports', 'editor', ({ expired }) => {
    // Each rejected request leads to a new token.
    for (const token of ['editor', ...Array.from({ length: 20 }, (_, index) => `editor-${index + 1}`)]) {
      expired.add(token);
    }
  });
  const dialog = await screen.findByRole('alertdialog', { name: 'Your session has ended' });
  await app.user.click(within(dialog).getByRole('button', { name: 'Sign in again' }));
  expect(app.auth.signIn).toHaveBeenCalledWith({ returnPath: location.pathname });
  vi.mocked(app.auth.signIn).mockRejectedValue(new TypeError('Failed to fetch'));
  await app.user.click(within(dialog).getByRole('button', { name: 'Not now' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  await app.user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Sign in again' }));
  expect(await screen.findByText(/^Sign-in can’t be reached/)).toBeVisible();
});

test('navigation moves the focus to the page', async () => {
  const { user } = await renderApp('/reports', 'editor');
  await user.click(await screen.findByRole('link', { name: 'Your access' }));
  await heading('Your access');
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
  // The menu of a narrow window returns the focus to its button only if it was closed without a navigation.
  const menu = screen.getByRole('button', { name: 'Open menu' });
  await user.click(menu);
  await screen.findByRole('dialog', { name: 'Main' });
  await user.keyboard('{Escape}');
  await waitFor(() => expect(menu).toHaveFocus());
  await user.click(menu);
  const drawer = within(await screen.findByRole('dialog', { name: 'Main' }));
  await user.click(drawer.getByRole('link', { name: 'Policy' }));
  await heading('Policy');
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
});

test.each([
  ['Enter', 'English', 'menuitemradio'],
  ['Space', 'English', 'menuitemradio'],
  ['ArrowDown', 'English', 'menuitemradio'],
  ['ArrowUp', 'Sign out', 'menuitem'],
])('the key "%s" opens a menu at "%s"', async (key, name, role) => {
  const { user } = await renderApp('/reports', 'viewer');
  const button = await screen.findByRole('button', { name: /^Your account/ });
  act(() => button.focus());
  await user.keyboard(`[${key}]`);
  await waitFor(() => expect(screen.getByRole(role, { name })).toHaveFocus());
});

test('a pointer opens a menu without an item in focus', async () => {
  const { user } = await renderApp('/reports', 'viewer');
  await user.click(await screen.findByRole('button', { name: /^Your account/ }));
  await waitFor(() => expect(screen.getByRole('menu')).toHaveFocus());
});

test('hovering over a link does not redirect to Logto', async () => {
  const { auth, user } = await renderApp('/nowhere', null);
  await user.hover(await screen.findByRole('link', { name: 'Go to Home' }));
  await waitFor(() => expect(auth.person).toHaveBeenCalled());
  expect(auth.signIn).not.toHaveBeenCalled();
});

test('the page loads automatically when a new account gets its first role', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const app = await renderApp('/reports', 'viewer');
  app.server.role = null;
  await heading('You don’t have access to this');
  expect(screen.getByText(/New accounts get their first role within seconds/)).toBeVisible();
  app.server.role = undefined;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await heading('Access reports')).toBeVisible();
  expect(within(screen.getByRole('navigation', { name: 'Main' })).getByText('Viewer')).toBeVisible();
});
