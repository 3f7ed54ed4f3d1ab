import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { I18nProvider } from '../../i18n/use-translation.tsx';
import { expect, test, vi } from 'vitest';
import * as fc from 'fast-check';
import { createI18n } from '../../i18n/i18n.ts';
import { ContentRows } from './content-rows.tsx';
import { countRoles } from './count-roles.ts';
import { titleProblem } from './new-report-page.tsx';
import { renderApp } from '../../testing/render-app.tsx';
import { createStubReports } from '../../testing/stub-reports.ts';

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

test('the page to compare reports leads to the reports when none is chosen', async () => {
  await renderApp('/reports/compare', 'viewer');
  expect(await screen.findByText('No report chosen')).toBeVisible();
  expect(within(screen.getByRole('main')).getByRole('link')).toHaveAttribute('href', '/reports');
});

test('the picker names the report that another one is compared with', async () => {
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
  expect(await screen.findByText('No reports found.')).toBeVisible();
  await app.user.clear(screen.getByRole('combobox', { name: 'Search reports' }));
  await app.user.click(await screen.findByRole('option', { name: /Q3 review/ }));
  await waitFor(() => expect(app.address()).toBe('/reports/compare?before=r-2&after=r-1'));
});

test('the deleted reports are requested again after a failure', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { server } = await renderApp('/reports', 'editor', (stub) => {
    stub.failing = /^reports\.deleted /;
    stub.deletedReports.push(...createStubReports());
  });
  await waitFor(() => expect(server.calls).toContain('reports.deleted undefined'));
  server.failing = null;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await screen.findByRole('button', { name: 'Undo deleting “Q4 review”' })).toBeVisible();
});
