import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';
import { stubCollection } from '../../testing/stub-reports.ts';

const id = '0b9f3a52-6c1d-4e8f-9a70-3d2c1b5e4f60';
const collections = () => screen.findByRole('region', { name: 'Collections' });

test('the reports page shows collections as folders: with a search those that match, and all of many on demand', async () => {
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
  await user.click(await screen.findByRole('button', { name: 'New collection' }));
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.getByRole('button', { name: 'New collection' })).toHaveFocus();
});

test('the other filters are about reports, and hide the folders', async () => {
  await renderApp('/reports?status=draft', 'editor', (stub) => {
    stub.collections.push(stubCollection({ id: 'c-1', title: 'Audit 2026' }));
  });
  expect(await screen.findByRole('link', { name: 'Q4 review' })).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Collections' })).toBeNull();
});

test.each([`/collections/${id}`, `/reports?collection=${id}`])(
  'the former address %s leads to the collection, which is part of the reports',
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

test('the former address of all collections leads to the reports', async () => {
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
  const { server } = await renderApp('/reports/collections/c-1', 'editor', ({ gates }) =>
    gates.deny('reports.list'),
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
  expect(server.changes).toEqual(['collections.take', 'collections.add']);
});

test('a report is found by its title and added', async () => {
  const { user, server } = await renderApp('/reports/collections/c-1', 'editor');
  await user.click(await screen.findByRole('combobox', { name: 'Add report' }));
  await user.type(await screen.findByRole('combobox', { name: 'Report title' }), 'Q4');
  await user.click(await screen.findByRole('option', { name: 'Q4 review' }));
  expect(await screen.findByText('“Q4 review” added')).toBeVisible();
  expect(server.calls).toContain('collections.add {"id":"c-1","report":"r-1"}');
});

test('a denied collection links back to the reports', async () => {
  const { user, address } = await renderApp('/reports/collections/c-1', 'viewer');
  await screen.findByRole('heading', { level: 1, name: 'You don’t have access to this' });
  await user.click(screen.getByRole('link', { name: 'Back to reports' }));
  await screen.findByRole('heading', { level: 1, name: 'Access reports' });
  expect(address()).toBe('/reports');
});

test('renames a collection in place, and does not send an empty title', async () => {
  const { user, server } = await renderApp('/reports/collections/c-1', 'editor');
  await screen.findByRole('heading', { level: 1, name: 'Audit 2026' });
  const button = await screen.findByRole('button', { name: 'Rename' });
  await user.click(button);
  const form = within(screen.getByRole('form', { name: 'Rename' }));
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
  expect(screen.queryByRole('form', { name: 'Rename' })).toBeNull();
  expect(button).toHaveFocus();
});
