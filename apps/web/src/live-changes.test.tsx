import { screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { heading, openReport, renderApp, type RenderedApp } from './testing/render-app.tsx';
import { fail } from './testing/answers.ts';
import { slowness } from './testing/stub-network.ts';
import { stubReview } from './testing/stub-reviews.ts';
import { stubRun } from './testing/stub-sync.ts';

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
const advance = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

const timesAsked = ({ server }: RenderedApp, procedure: string): number =>
  server.calls.filter((call) => call.startsWith(`${procedure} `)).length;

/** Returns a check that every query of the page and its gates have been refetched since. */
function refetched(app: RenderedApp): () => void {
  const queries = app.queryClient.getQueryCache().findAll({ type: 'active' });
  expect(queries.length).toBeGreaterThan(3);
  const before = queries.map(({ queryKey, state }) => [queryKey, state.dataUpdateCount] as const);
  const gates = timesAsked(app, 'session.gates');
  return () => {
    const stale = before.filter(
      ([queryKey, count]) => (app.queryClient.getQueryState(queryKey)?.dataUpdateCount ?? 0) <= count,
    );
    expect(stale).toEqual([]);
    expect(timesAsked(app, 'session.gates')).toBeGreaterThan(gates);
  };
}

test('when the stream ends with its token, it is reopened with a new one, and everything is refetched', async () => {
  const app = await openReport();
  await advance(60_000);
  const isEverythingNew = refetched(app);
  app.server.expired.add('editor');
  app.server.send('end');
  await advance(2_000);
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
  await waitFor(isEverythingNew);
  expect(app.auth.session.isOver()).toBe(false);
});

test('a change that is reported during the first load of a page is not lost', async () => {
  const app = await renderApp('/reviews', 'admin', ({ reviews }) => {
    reviews.push(stubReview({ status: 'preparing' }));
  });
  const link = await screen.findByRole('link', { name: stubReview().name });
  app.network.break('slow answer');
  await app.user.click(link);
  await waitFor(() => expect(timesAsked(app, 'reviews.get')).toBe(1));
  await waitFor(() => expect(app.network.openStreams()).toContain('reviews.changes'));
  app.server.reviews[0] = stubReview({ status: 'draft' });
  app.network.mend();
  // Every stream begins with a change.
  app.server.send('changed', 'reviews.changes');
  await advance(1_000);
  app.server.send('changed', 'reviews.changes');
  await advance(slowness);
  expect(await screen.findByRole('button', { name: 'Start review' })).toBeVisible();
});

test('a visible page refetches its gates within half a minute, even without a reported change', async () => {
  const app = await openReport();
  const asked = () => [timesAsked(app, 'session.gates'), timesAsked(app, 'reports.get')] as const;
  const [gates, reads] = asked();
  await advance(31_000);
  await waitFor(() => expect(asked()).toEqual([gates + 1, reads]));
  show('hidden');
  await advance(120_000);
  expect(asked()[0]).toBe(gates + 1);
});

test('replaces a stream that has become silent', async () => {
  const app = await openReport();
  app.network.break('hanging');
  app.network.mend();
  await advance(35_000);
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
  expect(app.network.streamRequests()).toBe(2);
  const before = timesAsked(app, 'session.gates');
  app.server.send('changed');
  await waitFor(() => expect(timesAsked(app, 'session.gates')).toBeGreaterThan(before));
});

test('when a tab becomes visible again, everything is refetched', async () => {
  const app = await openReport();
  show('hidden');
  await waitFor(() => expect(app.network.openStreams()).toEqual([]));
  await advance(60_000);
  expect(app.network.streamRequests()).toBe(1);
  const isEverythingNew = refetched(app);
  show('visible');
  await waitFor(isEverythingNew);
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
});

test('with too many streams open, the page shows a notice, works, and retries slowly', async () => {
  const app = await renderApp('/reports/r-1', 'editor', (server) => {
    server.refuse('session.changes', 'SUBSCRIPTION_LIMIT');
  });
  await heading('Q4 review');
  await screen.findByText(/open in too many tabs or windows/);
  const [began, first] = [Date.now(), app.network.streamRequests()];
  await advance(120_000);
  expect(app.network.streamRequests() - first).toBeLessThanOrEqual((Date.now() - began) / 15_000);
  app.server.refuse('session.changes', null);
  await advance(31_000);
  await waitFor(() => expect(screen.queryByText(/open in too many tabs or windows/)).toBeNull());
});

test('a user who stops being an administrator during a run sees access denied', async () => {
  const app = await renderApp('/sync', 'admin', ({ runs }) => {
    const running = { dryRun: false, status: 'running', report: null, finishedAt: null } as const;
    runs.push(stubRun('00000000-0000-4000-8000-000000000009', {}, running));
  });
  await waitFor(() => expect(app.network.openStreams()).toContain('sync.progress'));
  app.server.role = 'viewer';
  app.server.send(fail('FORBIDDEN'));
  await heading('You don’t have access to this');
  expect(screen.queryByRole('progressbar')).toBeNull();
  await advance(5_000);
  expect(app.network.openStreams()).not.toContain('sync.progress');
  await advance(600_000);
  expect(app.network.streamRequests()).toBeLessThanOrEqual(4);
});

test('a run whose stream was lost is still shown as completed', async () => {
  const app = await renderApp('/sync', 'admin', ({ runs }) => {
    const running = { dryRun: false, status: 'running', report: null, finishedAt: null } as const;
    runs.push(stubRun('00000000-0000-4000-8000-000000000009', {}, running));
  });
  await waitFor(() => expect(app.network.openStreams()).toContain('sync.progress'));
  app.server.refuse('session.changes', 'SUBSCRIPTION_LIMIT');
  app.server.runs[0]!.status = 'done';
  app.server.send('end');
  await advance(8_000);
  await waitFor(() => expect(screen.queryByRole('progressbar')).toBeNull());
});

test('while the expired token is still accepted, the server is not reported as lost, and a new token is requested', async () => {
  const app = await openReport();
  await advance(60_000);
  app.server.send('end');
  await advance(2_000);
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
  expect(app.auth.forgetEndingToken).toHaveBeenCalledOnce();
  app.server.send('end');
  await waitFor(() => expect(app.auth.forgetEndingToken).toHaveBeenCalledTimes(2));
  expect(screen.queryByText(/can’t be reached/)).toBeNull();
  await advance(3_000);
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
});
