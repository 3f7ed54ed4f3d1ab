import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('the picker names the report that another one is compared with', async () => {
  await renderApp('/reports/compare?after=r-1', 'editor', ({ reports: [first, ...others], reports }) => {
    if (first !== undefined)
      reports.splice(0, reports.length, first, { ...first, id: 'r-2', title: 'Q3 review' }, ...others);
  });
  const picker = await screen.findByRole('combobox', { name: 'Compare “Q4 review” with' });
  expect(picker).toHaveTextContent(/Q3 review/);
  expect(picker).not.toHaveTextContent(/Q4 review/);
});
