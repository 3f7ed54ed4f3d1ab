import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { I18nProvider } from '../../i18n/use-translation.tsx';
import { afterEach, expect, test } from 'vitest';
import { createI18n } from '../../i18n/i18n.ts';
import { ContentRows } from './content-rows.tsx';

afterEach(cleanup);

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
