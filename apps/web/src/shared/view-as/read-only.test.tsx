import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { viewKey } from '../../auth/view-as.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { createStubReports } from '../../testing/stub-reports.ts';
import type { StubServer } from '../../testing/stub-server.ts';

/** Pages, each with a button that loads late. */
const pages = [
  ['/reports', 'Undo deleting “Last year”'],
  ['/reports/new', 'Create report'],
  ['/reports', 'New collection'],
  ['/reports/collections/c-1', 'Remove “Q4 review”'],
  ['/policy', 'Simulate a change'],
  ['/sync', 'Pause sync'],
] as const;

/** The buttons of the page and its popups that were not clicked yet. */
function nextButton(pressed: ReadonlySet<string>): HTMLElement | undefined {
  const all = document.querySelectorAll<HTMLElement>(
    ':is(main, [role$=dialog], [role=menu]) :is(button, [role^=menuitem]):not(:disabled)',
  );
  return [...all].find((button) => !pressed.has(nameOf(button)));
}
const nameOf = (button: HTMLElement): string => button.getAttribute('aria-label') ?? button.textContent;

/** A report that was deleted before the view and can be restored. */
function prepare(server: StubServer): void {
  const [report] = createStubReports();
  if (report !== undefined) server.deletedReports.push({ ...report, id: 'r-9', title: 'Last year' });
}

test.each(pages)('in a view no button on %s changes anything', async (page, last) => {
  sessionStorage.setItem(viewKey, 'view-1 /members');
  const { server, network } = await renderApp(page, 'admin', prepare);
  await screen.findByRole('heading', { level: 1 });
  await screen.findByRole('button', { name: last });
  await waitFor(() => expect(network.unanswered()).toEqual([]));
  const pressed = new Set<string>();
  for (let button = nextButton(pressed); button !== undefined; button = nextButton(pressed)) {
    pressed.add(nameOf(button));
    fireEvent.click(button);
    // oxlint-disable-next-line no-await-in-loop -- a click may reveal the next button
    await act(async () => Promise.resolve());
  }
  expect(server.changes).toEqual([]);
});
