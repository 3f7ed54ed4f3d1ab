import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { stillSignedIn, viewKey } from '../../auth/view-as.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { stubReport } from '../../testing/stub-reports.ts';
import { stubReview, stubReviewRow } from '../../testing/stub-reviews.ts';
import type { StubServer } from '../../testing/stub-server.ts';
import { notify } from '../../ui/notice.tsx';

test('the tab leaves the view when it expires', async () => {
  sessionStorage.setItem(viewKey, 'view-1 /members');
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  await renderApp('/reports', 'admin');
  await screen.findByText(/^Ends in/);
  await act(() => vi.advanceTimersByTimeAsync(880_000));
  expect(sessionStorage.getItem(viewKey)).toBe('view-1 /members');
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  // Empty: the next page shows that the view has ended.
  expect(sessionStorage.getItem(viewKey)).toBe('');
});

test('the tab leaves the view before the user is signed out, even if the sign-out fails', async () => {
  sessionStorage.setItem(viewKey, 'view-1 /members');
  const { auth, user } = await renderApp('/reports', 'admin');
  const meanwhile: unknown[] = [];
  vi.mocked(auth.signOut).mockImplementation(() => {
    meanwhile.push(sessionStorage.getItem(viewKey));
    return Promise.reject(new TypeError('Failed to fetch'));
  });
  await user.click(await screen.findByRole('button', { name: /^Your account/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  expect(await screen.findByText(/^You’re still signed in/)).toBeVisible();
  expect(meanwhile).toEqual([null]);
  expect(sessionStorage.getItem(viewKey)).toBe(stillSignedIn);
  // The page reloads.
  cleanup();
  notify(null);
  await renderApp('/members', 'admin');
  expect(await screen.findByText(/^You’re still signed in/)).toBeVisible();
  expect(sessionStorage.getItem(viewKey)).toBeNull();
});

test('in a view, an access check names the viewed user', async () => {
  sessionStorage.setItem(viewKey, 'view-1 /members');
  await renderApp('/why?permission=reports%3Acreate', 'editor', (server) => {
    server.patch('viewAs', 'current', { target: { kind: 'person', subject: 'u-editor', name: 'Nina' } });
  });
  expect(await screen.findByRole('combobox', { name: 'Person: Nina' })).toBeVisible();
  expect(await screen.findByRole('list', { name: 'From the person to the permission' })).toHaveTextContent(
    'Nina',
  );
});

const named = (key: string, name: string | null) => ({ key, name });

test('while an actor acts for a user, every page names both', async () => {
  await renderApp('/reports', 'admin', (server) => {
    server.patch('session', 'me', {
      acting: {
        as: named('u-admin', 'Amelia Hart'),
        by: [named('u-1', 'Mina Park'), named('u-2', null)],
      },
    });
  });
  const bar = await screen.findByRole('region', { name: 'Acting for someone else' });
  expect(bar.textContent).toBe(
    'Acting for Amelia Hart: Mina Park and u-2. Roles can’t be assigned or removed.',
  );
});

test('shows no bar without an actor', async () => {
  await renderApp('/reports', 'admin');
  await screen.findByRole('heading', { level: 1 });
  expect(document.querySelector('#view-as')).toBeNull();
});

/** Pages, each with a button that loads late. */
const pages = [
  ['/reports', 'Undo deleting “Last year”'],
  ['/reports/new', 'Create report'],
  ['/reports', 'New collection'],
  ['/reports/collections/c-1', 'Remove “Q4 review”'],
  ['/policy', 'Simulate a change'],
  ['/sync', 'Pause sync'],
  ['/members', 'Change roles of Nina'],
  ['/members/u-nina', 'Remove access…'],
  ['/reports/r-1', 'More actions'],
  ['/reviews/review-1', 'Finish review'],
] as const;

/** The first button of the page and its popups that was not clicked yet. */
function nextButton(pressed: ReadonlySet<string>): HTMLElement | undefined {
  const all = document.querySelectorAll<HTMLElement>(
    ':is(main, [role$=dialog], [role=menu]) :is(button, [role^=menuitem]):not(:disabled)',
  );
  return [...all].find((button) => !pressed.has(nameOf(button)));
}
const nameOf = (button: HTMLElement): string => button.getAttribute('aria-label') ?? button.textContent;

/** A report that was deleted before the view and can be restored. */
function prepare(server: StubServer): void {
  server.deleted.push(stubReport({ id: 'r-9', title: 'Last year' }));
  server.reviews.push(stubReview());
  server.rows.push(stubReviewRow(0, 'Ann'));
}

test.each(pages)('in a view, no button on %s changes anything', async (page, last) => {
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
