import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
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
