import { screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { heading, publish, openReport, renderApp } from './testing/render-app.tsx';
import { slowness, type Fault } from './testing/stub-network.ts';

// The row "the browser's network" of the fault matrix in docs/guide/troubleshooting.md.

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
const advance = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const placeholder = () => document.querySelector('main [aria-busy="true"]');
const staleNotice = () => screen.queryByText(/This page might be out of date/);

/** Every fault without a response, and the milliseconds until the browser detects it. */
const silences: readonly (readonly [Fault, number])[] = [
  ['refused', 4_000],
  ['reset', 4_000],
  ['half an answer', 4_000],
  ['garbage', 4_000],
  ['hanging', 16_000],
];

test.each(silences)(
  'navigating, %s: the page shows the failure, retries, and opens automatically',
  async (fault, known) => {
    const app = await renderApp('/reports', 'editor');
    const link = await screen.findByRole('link', { name: 'Q4 review' });
    app.network.break(fault);
    await app.user.click(link);
    await advance(known);
    await heading('The report couldn’t be loaded');
    expect(screen.getByText(/can’t be reached\. Check your connection/)).toBeVisible();
    // The message stays while the page retries, and does not alternate with a skeleton.
    for (let second = 0; second < 30; second += 1) {
      await advance(1_000); // oxlint-disable-line no-await-in-loop
      expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('The report couldn’t be loaded');
    }
    app.network.mend();
    await advance(21_000);
    await heading('Q4 review');
  },
);

test('navigating on a slow network: a placeholder, and then the page', async () => {
  const app = await renderApp('/reports', 'editor');
  const link = await screen.findByRole('link', { name: 'Q4 review' });
  app.network.break('slow');
  await app.user.click(link);
  await advance(slowness / 2);
  expect(placeholder()).not.toBeNull();
  // The delay of the notice starts when the wait is first rendered.
  await advance(slowness / 4);
  await advance(slowness / 8);
  expect(await screen.findByText('The server is slow to respond. Still loading…')).toBeVisible();
  expect(screen.queryByText(/can’t be reached/)).toBeNull();
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  dispatchEvent(new Event('offline'));
  await advance(1);
  expect(screen.queryByText(/The server is slow/)).toBeNull();
  online.mockReturnValue(true);
  dispatchEvent(new Event('online'));
  await advance(slowness);
  await heading('Q4 review');
  expect(screen.queryByText(/The server is slow/)).toBeNull();
});

test.each(silences)(
  'idle, %s: the page stays, shows that it may be outdated, and updates automatically',
  async (fault) => {
    const app = await openReport();
    app.network.break(fault);
    await advance(60_000);
    await waitFor(() => expect(staleNotice()).toBeVisible());
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Q4 review');
    app.server.role = null;
    app.network.mend();
    await advance(46_000);
    await waitFor(() => expect(staleNotice()).toBeNull());
    await heading('You don’t have access to this');
  },
);

test('idle on a slow network: nothing is shown, and nothing is lost', async () => {
  const app = await openReport();
  app.network.break('slow');
  await advance(60_000);
  expect(staleNotice()).toBeNull();
  app.server.role = null;
  app.server.send('changed');
  await advance(2 * slowness);
  await heading('You don’t have access to this');
});

test.each([
  ['refused', 1_000, false],
  ['reset', 1_000, true],
  ['half an answer', 1_000, true],
  ['garbage', 1_000, false],
  ['hanging', 61_000, false],
] as const)(
  'a change, %s: the page does not claim to know what became of it, and shows it as soon as it can',
  async (fault, known, isDone) => {
    const app = await openReport();
    app.network.break(fault);
    await publish(app);
    await advance(known);
    await screen.findByText(/didn’t respond, so the result is unknown/);
    app.network.mend();
    await advance(46_000);
    await waitFor(() =>
      expect(screen.queryByRole('button', { name: 'Publish report' }) === null).toBe(isDone),
    );
    expect(app.server.calls.filter((call) => call.startsWith('reports.publish')).length).toBe(isDone ? 1 : 0);
  },
);

test('an offline browser shows that immediately, and no placeholder', async () => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  dispatchEvent(new Event('offline'));
  const app = await renderApp('/reports/r-1', 'editor', (_server, network) => network.break('refused'));
  await advance(4_000);
  await heading('The report couldn’t be loaded');
  expect(document.title).toBe('The report couldn’t be loaded · Latchkey');
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  app.network.mend();
  dispatchEvent(new Event('online'));
  expect(await heading('Q4 review')).toBeVisible();
});

test('the button retries immediately, and shows the progress', async () => {
  const app = await renderApp('/reports/r-1', 'editor', (_server, network) => network.break('refused'));
  await advance(4_000);
  await heading('The report couldn’t be loaded');
  app.network.break('slow');
  await app.user.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(placeholder()).not.toBeNull());
  await advance(slowness);
  await heading('Q4 review');
});

test('typed text stays while permissions cannot be checked', async () => {
  const app = await renderApp('/reports/new', 'editor');
  const submit = await screen.findByRole('button', { name: 'Create report' });
  await waitFor(() => expect(submit).toBeEnabled());
  await app.user.type(screen.getByLabelText('Title'), 'Yearly review');
  app.server.outage = true;
  const before = app.server.calls.length;
  app.server.send('changed');
  await waitFor(() => expect(app.server.calls.length).toBeGreaterThan(before));
  await advance(1_000);
  expect(screen.getByLabelText('Title')).toHaveValue('Yearly review');
});

test('a token request without a response is handled like any request without one', async () => {
  const app = await renderApp('/access', 'editor');
  await heading('Your access');
  vi.spyOn(app.auth, 'accessToken').mockReturnValue(new Promise(() => {}));
  await app.user.click(screen.getByRole('link', { name: 'Access reports' }));
  await advance(16_000);
  expect(await heading('The reports couldn’t be loaded')).toBeVisible();
});
