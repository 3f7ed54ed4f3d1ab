import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../testing/render-app.tsx';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

const editor = { kind: 'role', role: 'editor' } as const;
const endedAt = (ago: number, isRemoved = false) => ({
  target: editor,
  at: new Date(Date.now() - ago).toISOString(),
  hasEnded: true,
  isRemoved,
});

test.each([
  [false, 'Your access expired', /^Your role “Editor” expired on /],
  [true, 'Your access was removed', /^Your role “Editor” was removed on /],
])(
  'a role that ends while the user types (removed: %s): the text stays, with the time',
  async (isRemoved, title, why) => {
    const app = await renderApp('/reports/new', 'editor');
    const field = await screen.findByLabelText('Title');
    await app.user.type(field, 'Half of a title');
    await waitFor(() => expect(screen.getByRole('button', { name: 'Create report' })).toBeEnabled());
    app.server.gates.deny('reports.create');
    app.server.gates.deny('reports.preview');
    app.server.ends.push(endedAt(60_000, isRemoved));
    app.server.streams.send('changed');
    expect(await screen.findByRole('alert')).toHaveTextContent(title);
    expect(await screen.findByText(why)).toHaveTextContent(/What you typed is saved in this tab\.$/);
    expect(field).toHaveValue('Half of a title');
    expect(screen.getByRole('button', { name: 'Create report' })).toBeDisabled();
    await waitFor(() => expect(screen.queryByText(/You can still create the report/)).toBeNull());
    const [again] = screen.getAllByRole('button', { name: 'Request access' });
    await app.user.click(again!);
    expect(await screen.findByRole('dialog', { name: 'Request access' })).toBeVisible();
  },
);

test('a denied page says that a role expired that would open it', async () => {
  await renderApp('/members', 'editor', (server) => {
    server.gates.deny('members.list');
    server.ends.push({ ...endedAt(60_000), target: { kind: 'role', role: 'admin' } });
  });
  expect(await screen.findByRole('heading', { level: 1, name: 'Your access expired' })).toBeVisible();
  expect(screen.getByText(/^Your role “Administrator” expired on /)).toBeVisible();
});

test('counts down the last ten minutes of a role, and offers to request it again', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const app = await renderApp('/access', 'editor', ({ ends }) => {
    ends.push({ ...endedAt(-660_000), hasEnded: false });
  });
  await screen.findByRole('heading', { level: 1, name: 'Your access' });
  expect(screen.queryByRole('timer')).toBeNull();
  await act(() => vi.advanceTimersByTimeAsync(75_000));
  const timer = await screen.findByRole('timer');
  await waitFor(() => expect(timer).toHaveTextContent(/Your role “Editor” expires in 9:\d\d\./));
  await app.user.click(screen.getByRole('button', { name: 'Request again' }));
  expect(await screen.findByRole('dialog', { name: 'Request access' })).toBeVisible();
  await act(() => vi.advanceTimersByTimeAsync(600_000));
  await waitFor(() => expect(screen.queryByRole('timer')).toBeNull());
});
