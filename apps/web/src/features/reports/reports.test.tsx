import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createI18n } from '../../i18n/i18n.ts';
import { I18nProvider } from '../../i18n/use-translation.tsx';
import { renderApp } from '../../testing/render-app.tsx';
import { stubCollection, stubReport } from '../../testing/stub-reports.ts';
import { ContentRows } from './content-rows.tsx';
import { titleProblem } from './new-report-page.tsx';
import { countRoles } from './report-page.tsx';

const name = (row: string): string => row;
const bodyRows = (): number => document.querySelectorAll('tbody tr').length;
const buttons = (): number => screen.queryAllByRole('button').length;

test('a printed report has all rows and no controls, and the page is restored afterwards', async () => {
  const rows = Array.from({ length: 201 }, (_, index) => `Row ${index}`);
  render(
    <I18nProvider i18n={await createI18n('en')}>
      <ContentRows
        caption="Rows"
        rows={rows}
        keyOf={name}
        columns={[{ label: 'Name', render: name, sortBy: name }]}
      />
    </I18nProvider>,
  );
  expect([bodyRows(), buttons()]).toEqual([200, 2]);
  fireEvent(globalThis.window, new Event('beforeprint'));
  expect([bodyRows(), buttons()]).toEqual([201, 0]);
  fireEvent(globalThis.window, new Event('afterprint'));
  expect([bodyRows(), buttons()]).toEqual([200, 2]);
});

test("lists the policy's roles in its order, then other roles by name", () => {
  const members = [
    { roles: ['zebra', 'admin'] },
    { roles: ['viewer', 'billing'] },
    { roles: ['viewer'] },
    { roles: [] },
  ];
  expect(countRoles(members)).toEqual([
    { role: 'viewer', count: 2 },
    { role: 'admin', count: 1 },
    { role: 'billing', count: 1 },
    { role: 'zebra', count: 1 },
  ]);
});

test('counts every role, with the same number as the rows of its filter', () => {
  const role = fc.constantFrom<string[]>('viewer', 'editor', 'admin', 'billing', 'constructor');
  const people = fc.array(fc.record({ roles: fc.array(role) }));
  fc.assert(
    fc.property(people, (members) => {
      const counts = countRoles(members);
      expect(new Set(counts.map(({ role: counted }) => counted))).toEqual(
        new Set(members.flatMap(({ roles }) => roles)),
      );
      for (const { role: counted, count } of counts) {
        expect(members.filter(({ roles }) => roles.includes(counted))).toHaveLength(count);
      }
    }),
  );
});

test.each([
  ['Q4 review', null],
  ['   ', 'missing'],
  ['', 'missing'],
  ['x'.repeat(120), null],
  [` ${'x'.repeat(120)} `, null],
  ['x'.repeat(121), 'long'],
])('title %# is accepted or rejected as by the server', (title, problem) => {
  expect(titleProblem(title)).toBe(problem);
});

test('the comparison links to the reports when no report is chosen', async () => {
  await renderApp('/reports/compare', 'viewer');
  expect(await screen.findByText('No report chosen')).toBeVisible();
  expect(within(screen.getByRole('main')).getByRole('link')).toHaveAttribute('href', '/reports');
});

test('the picker finds the other report by title, and does not offer the first one', async () => {
  const app = await renderApp(
    '/reports/compare?after=r-1',
    'editor',
    ({ reports: [first, ...others], reports }) => {
      if (first !== undefined)
        reports.splice(0, reports.length, first, { ...first, id: 'r-2', title: 'Q3 review' }, ...others);
    },
  );
  await app.user.click(await screen.findByRole('combobox', { name: 'Compare “Q4 review” with' }));
  expect(await screen.findByRole('option', { name: /Q3 review/ })).toBeVisible();
  expect(screen.queryByRole('option', { name: /Q4 review/ })).toBeNull();
  await app.user.type(screen.getByRole('combobox', { name: 'Search reports' }), 'nothing like it');
  const nothing = await screen.findByText('No reports found.');
  expect(nothing.closest('[role="status"]')).toBeVisible();
  await app.user.clear(screen.getByRole('combobox', { name: 'Search reports' }));
  await app.user.click(await screen.findByRole('option', { name: /Q3 review/ }));
  await waitFor(() => expect(app.address()).toBe('/reports/compare?before=r-2&after=r-1'));
});

test('the deleted reports are refetched after a failure', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { server } = await renderApp('/reports', 'editor', (stub) => {
    stub.refuse('reports.deleted', 'AUTHORIZATION_UNAVAILABLE');
    stub.deleted.push(stubReport());
  });
  await waitFor(() => expect(server.calls).toContain('reports.deleted undefined'));
  server.refuse('reports.deleted', null);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await screen.findByRole('button', { name: 'Undo deleting “Q4 review”' })).toBeVisible();
});

const id = '0b9f3a52-6c1d-4e8f-9a70-3d2c1b5e4f60';
const collections = () => screen.findByRole('region', { name: 'Collections' });

test('collections are shown as folders: those that match a search, and more than six on demand', async () => {
  const { user, server, address } = await renderApp('/reports', 'editor', (stub) => {
    for (let index = 1; index <= 7; index += 1)
      stub.collections.push(stubCollection({ id: `c-${index}`, title: `Audit ${index}` }));
  });
  expect(within(await collections()).getAllByRole('listitem')).toHaveLength(6);
  expect(within(await collections()).getAllByText(/^3 reports · Mina Park ·/)).toHaveLength(6);
  await user.click(within(await collections()).getByRole('button', { name: 'Show all 7 collections' }));
  expect(within(await collections()).getAllByRole('listitem')).toHaveLength(7);
  await user.type(screen.getByRole('textbox', { name: 'Search reports' }), 'Audit 7');
  await waitFor(async () => expect(within(await collections()).getAllByRole('listitem')).toHaveLength(1));
  expect(server.calls).toContain('collections.list {"search":"Audit 7"}');
  await user.click(screen.getByRole('link', { name: 'Audit 7' }));
  await waitFor(() => expect(address()).toBe('/reports/collections/c-7'));
});

test('the form of a new collection returns the focus when it is canceled', async () => {
  const { user } = await renderApp('/reports', 'admin');
  const name = 'New collection';
  await user.click(await screen.findByRole('button', { name }));
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.getByRole('button', { name })).toHaveFocus();
  await user.click(screen.getByRole('button', { name }));
  await user.keyboard('{Escape}');
  expect(screen.getByRole('button', { name })).toHaveFocus();
});

test('filters that apply only to reports hide the folders', async () => {
  await renderApp('/reports?status=draft', 'editor', (stub) => {
    stub.collections.push(stubCollection({ id: 'c-1', title: 'Audit 2026' }));
  });
  expect(await screen.findByRole('link', { name: 'Q4 review' })).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Collections' })).toBeNull();
});

test.each([`/collections/${id}`, `/reports?collection=${id}`])(
  'the former URL %s redirects to the collection',
  async (former) => {
    const { address, server } = await renderApp(former, 'editor');
    await screen.findByRole('heading', { level: 1, name: 'Audit 2026' });
    expect(address()).toBe(`/reports/collections/${id}`);
    expect(screen.getByRole('navigation', { name: 'Breadcrumb' })).toHaveTextContent(
      'Access reportsAudit 2026',
    );
    expect(await screen.findByRole('link', { name: 'Q4 review' })).toBeVisible();
    expect(server.calls.some((call) => call.startsWith(`reports.list {"collection":"${id}"`))).toBe(true);
  },
);

test('the former URL of all collections redirects to the reports', async () => {
  const { address } = await renderApp('/collections', 'viewer');
  await screen.findByRole('heading', { level: 1, name: 'Access reports' });
  expect(address()).toBe('/reports');
});

test('the filters of a collection stay in it', async () => {
  const { user, address } = await renderApp('/reports/collections/c-1', 'editor');
  await user.click(await screen.findByRole('link', { name: /^Published/ }));
  await screen.findByText('No published reports yet');
  expect(address()).toBe('/reports/collections/c-1?status=published');
  await user.click(screen.getByRole('link', { name: 'Show all reports' }));
  await screen.findByRole('link', { name: 'Q4 review' });
  expect(address()).toBe('/reports/collections/c-1');
});

test('a collection is shown to users with a role on it who cannot view other reports', async () => {
  const { server } = await renderApp('/reports/collections/c-1', 'editor', ({ deny }) =>
    deny('reports.list'),
  );
  expect(await screen.findByRole('link', { name: 'Q4 review' })).toBeVisible();
  expect(screen.queryByRole('textbox', { name: 'Search reports' })).toBeNull();
  expect(server.calls.filter((call) => call.startsWith('reports.counts'))).toEqual([]);
});

test('a report is removed, and added again with "Undo"', async () => {
  const { user, server } = await renderApp('/reports/collections/c-1', 'editor');
  await user.click(await screen.findByRole('button', { name: 'Remove “Q4 review”' }));
  await user.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('“Q4 review” added')).toBeVisible();
  expect(server.changes).toEqual(['collections.removeReport', 'collections.add']);
});

test('renames a collection in place, and does not send an empty title', async () => {
  const { user, server } = await renderApp('/reports/collections/c-1', 'editor');
  await screen.findByRole('heading', { level: 1, name: 'Audit 2026' });
  const button = await screen.findByRole('button', { name: 'More actions' });
  await user.click(button);
  await user.click(await screen.findByRole('menuitem', { name: 'Rename' }));
  const form = within(await screen.findByRole('form', { name: 'Rename' }));
  const field = form.getByRole('textbox', { name: 'Title' });
  expect(field).toHaveValue('Audit 2026');
  expect(field).toHaveFocus();
  await user.clear(field);
  await user.click(form.getByRole('button', { name: 'Save title' }));
  expect(field).toHaveAccessibleDescription('Enter a title.');
  expect(server.calls.filter((call) => call.startsWith('collections.rename '))).toEqual([]);
  await user.type(field, ' Leavers ');
  await user.click(form.getByRole('button', { name: 'Save title' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Leavers' })).toBeVisible();
  expect(server.inputsOf('collections.rename')).toEqual([{ id: 'c-1', title: 'Leavers' }]);
  expect(screen.queryByRole('form', { name: 'Rename' })).toBeNull();
  expect(button).toHaveFocus();
});

test('deletes a collection from its menu after a confirmation; its editors can only rename it', async () => {
  const { user, server } = await renderApp('/reports/collections/c-1', 'editor');
  const button = await screen.findByRole('button', { name: 'More actions' });
  const remove = async (): Promise<void> => {
    await user.click(button);
    await user.click(await screen.findByRole('menuitem', { name: 'Delete collection' }));
    await screen.findByRole('alertdialog', { name: 'Delete “Audit 2026”?' });
  };
  await remove();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(button).toHaveFocus());
  expect(server.changes).toEqual([]);
  await remove();
  await user.click(screen.getByRole('button', { name: 'Delete collection' }));
  expect(await screen.findByText('“Audit 2026” deleted')).toBeVisible();
  expect(server.changes).toEqual(['collections.remove']);
  cleanup();
  await renderApp('/reports/collections/c-1', 'editor', ({ deny }) => deny('collections.remove'));
  expect(await screen.findByRole('button', { name: 'Rename' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'More actions' })).toBeNull();
});

test('the menu of a report contains the changes that the user can make; a reader can only compare', async () => {
  const app = await renderApp('/reports/r-1', 'editor', ({ reports: [first] }) => {
    if (first !== undefined) Object.assign(first, { status: 'published' });
  });
  await app.user.click(await screen.findByRole('button', { name: 'More actions' }));
  for (const name of ['Rename', 'Make confidential', 'Compare', 'Delete report'])
    expect(await screen.findByRole('menuitem', { name })).toBeVisible();
  await app.user.click(screen.getByRole('menuitem', { name: 'Unpublish report' }));
  expect(await screen.findByText('The report is a draft again')).toBeVisible();
  await app.user.click(screen.getByRole('button', { name: 'More actions' }));
  const compare = await screen.findByRole('menuitem', { name: 'Compare' });
  expect(screen.queryByRole('menuitem', { name: 'Unpublish report' })).toBeNull();
  await app.user.click(compare);
  await waitFor(() => expect(app.address()).toBe('/reports/compare?after=r-1'));
  cleanup();
  await renderApp('/reports/r-1', 'viewer', ({ reports: [first] }) => {
    if (first !== undefined) Object.assign(first, { status: 'published' });
  });
  expect(await screen.findByRole('link', { name: 'Compare' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'More actions' })).toBeNull();
});

test('the menu of a report closes with Tab, and returns the focus unless it opens the form', async () => {
  const { user } = await renderApp('/reports/r-1', 'editor');
  const button = await screen.findByRole('button', { name: 'More actions' });
  await user.click(button);
  expect(await screen.findByRole('menu', { name: 'More actions' })).toBeVisible();
  await user.keyboard('{ArrowDown}{Tab}');
  await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
  expect(button).toHaveFocus();
  await user.click(button);
  await user.click(await screen.findByRole('menuitem', { name: 'Rename' }));
  const form = within(await screen.findByRole('form', { name: 'Rename' }));
  await waitFor(() => expect(form.getByRole('textbox')).toHaveFocus());
  await user.click(button);
  await user.click(await screen.findByRole('menuitem', { name: 'Compare' }));
  await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
});

test('before a report becomes confidential, the dialog names who loses access, and asks', async () => {
  const { user, server } = await renderApp('/reports/r-1', 'editor');
  const button = await screen.findByRole('button', { name: 'More actions' });
  const ask = async () => {
    await user.click(button);
    await user.click(await screen.findByRole('menuitem', { name: 'Make confidential' }));
    return within(await screen.findByRole('alertdialog', { name: 'Make “Q4 review” confidential?' }));
  };
  const dialog = await ask();
  expect(await dialog.findByText('60 people lose access:')).toBeVisible();
  expect(dialog.getByText(/Mina Park \(owner\) and jonas@example.com/)).toHaveTextContent(
    'and 58 more people',
  );
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  await waitFor(() => expect(button).toHaveFocus());
  expect(server.changes).toEqual([]);
  await user.click((await ask()).getByRole('button', { name: 'Make confidential' }));
  expect(await screen.findByText(/Only people cleared .* can view it now/)).toBeVisible();
  expect(server.calls).toContain('reports.classify {"id":"r-1","classification":"confidential"}');
});

test('a report without an owner says so, and an administrator chooses one from the filtered list', async () => {
  const { user, server } = await renderApp('/reports', 'admin', ({ reports: [first] }) => {
    if (first !== undefined) first.owners = [];
  });
  await user.click(await screen.findByRole('link', { name: 'No owner' }));
  await waitFor(() => expect(server.calls.join()).toMatch(/reports.list {[^}]*"owner":"none"/));
  const row = await screen.findByRole('row', { name: /Q4 review/ });
  expect(within(row).getAllByText(/No owner/)).toHaveLength(2);
  await user.click(await screen.findByRole('button', { name: 'Choose an owner' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Who has access' }));
  // The administrator is suggested.
  expect(await sheet.findByRole('combobox', { name: /^Person: / })).toBeVisible();
  expect(sheet.getByRole('combobox', { name: 'Role' })).toHaveValue('owner');
  await user.click(sheet.getByRole('combobox', { name: /^Person: / }));
  await user.click(await screen.findByRole('option', { name: /Nina/ }));
  await sheet.findByText(/Gains 1/);
  await user.click(sheet.getByRole('button', { name: 'Share' }));
  expect(await screen.findByText('Nina is now Owner')).toBeVisible();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(server.calls).toContain('reports.share {"id":"r-1","subject":"u-nina","role":"owner"}');
});

test('pages say that owners are unknown, and that there are several', async () => {
  await renderApp('/reports/r-1', 'viewer', ({ reports: [first] }) => {
    if (first !== undefined) Object.assign(first, { status: 'published', owners: null });
  });
  expect(await screen.findByText('Owner unknown')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Choose an owner' })).toBeNull();
  cleanup();
  await renderApp('/reports', 'viewer', ({ reports: [first] }) => {
    const other = { key: 'u-nina', name: 'Nina', isMachine: false };
    if (first !== undefined) first.owners = [...(first.owners ?? []), other];
  });
  const row = await screen.findByRole('row', { name: /Q4 review/ });
  expect(within(row).getByText(/Mina Park \+1/)).toBeVisible();
  expect(within(row).getByTitle('Nina')).toHaveTextContent('+1');
  expect(screen.queryByRole('link', { name: 'No owner' })).toBeNull();
});
