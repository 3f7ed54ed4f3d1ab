import { screen, waitFor, act, render } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderApp, type RenderedApp } from '../testing/render-app.tsx';
import { fail } from '../testing/answers.ts';
import { I18nProvider } from '../i18n/use-translation.tsx';
import { createI18n } from '../i18n/i18n.ts';
import { PendingPage } from './pending-page.tsx';

/** The pages behind a gate, with its procedure and the routers of the page's queries. */
const pages = [
  ['/audit', 'audit.list', ['audit']],
  ['/audit/e-1', 'audit.get', ['audit']],
  ['/members', 'members.list', ['members', 'invitations']],
  ['/members/u-nina', 'members.get', ['members', 'person']],
  ['/members/invitations?org=acme', 'invitations.list', ['invitations']],
  ['/policy', 'policy.holders', ['policy']],
  ['/requests', 'requests.list', ['requests']],
  ['/sync', 'sync.status', ['sync']],
  ['/sync/deliveries/d-1', 'sync.delivery', ['sync']],
] as const;

const callsOf = ({ server }: RenderedApp, routers: readonly string[]): string[] =>
  server.calls
    .map((call) => call.split(' ')[0] ?? '')
    .filter((path) => routers.includes(path.split('.')[0] ?? ''));
const denied = () => screen.findByRole('heading', { level: 1, name: 'You don’t have access to this' });

test.each(pages)(
  'a visit to %s without access calls %s once, and nothing else',
  async (page, gate, routers) => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await renderApp(page, 'admin', ({ deny }) => deny(gate));
    await denied();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(callsOf(app, routers)).toEqual([gate]);
  },
);

const losses = {
  'a return of its network': ({ server }: RenderedApp) => {
    for (const event of ['offline', 'online']) window.dispatchEvent(new Event(event));
    server.send('changed');
  },
  'a reported change': ({ server }: RenderedApp) => server.send('changed'),
  'the end of its streams': ({ server }: RenderedApp) => server.send(fail('FORBIDDEN')),
  'a return to its tab': () => {
    for (const state of ['hidden', 'visible'] as const) {
      vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
      window.dispatchEvent(new Event('visibilitychange'));
      document.dispatchEvent(new Event('visibilitychange'));
    }
  },
};

test.each(pages.flatMap((page) => Object.entries(losses).map((loss) => [...page, ...loss] as const)))(
  'an open %s that %s denies calls none of its queries (%s) after %s',
  async (page, gate, routers, _loss, lose) => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await renderApp(page, 'admin');
    await waitFor(() => expect(callsOf(app, routers)).not.toEqual([]));
    await waitFor(() => expect(app.network.openStreams()).toContain('session.changes'));
    await vi.advanceTimersByTimeAsync(20_000);
    const before = callsOf(app, routers);
    app.server.deny(gate);
    lose(app);
    await denied();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(callsOf(app, routers).slice(before.length)).toEqual([]);
  },
);

test.each(pages)('a link to %s prefetches nothing while it is denied', async (page, gate, routers) => {
  const app = await renderApp('/access', 'admin', ({ deny }) => deny(gate));
  await screen.findByRole('heading', { level: 1, name: 'Your access' });
  await screen.findByRole('link', { name: gate.startsWith('policy') ? 'Audit' : 'Policy' });
  const before = callsOf(app, routers);
  await app.preload(page);
  expect(callsOf(app, routers)).toEqual(before);
});

test('a link to a page that is known to be open prefetches it', async () => {
  const app = await renderApp('/access', 'admin');
  await screen.findByRole('link', { name: 'Members' });
  await app.preload('/members');
  await waitFor(() => expect(callsOf(app, ['members'])).toEqual(['members.list']));
});

test('until its gate answers, a page is a skeleton and the sidebar shows no gated entry', async () => {
  let answer: (() => void) | undefined;
  const app = await renderApp('/members', 'admin', ({ hold }) => {
    answer = hold('session.gates');
  });
  await screen.findByRole('link', { name: 'Your access' });
  expect(screen.queryByRole('link', { name: 'Audit' })).toBeNull();
  expect(callsOf(app, ['members'])).toEqual([]);
  answer?.();
  expect(await screen.findByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
  expect(await screen.findByRole('link', { name: 'Audit' })).toBeVisible();
});

test('a page whose gate is denied later is replaced, and returns with the permission', async () => {
  const app = await renderApp('/members', 'admin');
  await screen.findByRole('heading', { level: 1, name: 'Members' });
  app.server.deny('members.list');
  app.server.send('changed');
  await denied();
  app.server.allow('members.list');
  app.server.send('changed');
  expect(await screen.findByRole('heading', { level: 1, name: 'Members' })).toBeVisible();
});

test('a page whose code is slow to load shows what to do', async () => {
  const i18n = await createI18n('en');
  vi.useFakeTimers();
  render(
    <I18nProvider i18n={i18n}>
      <PendingPage />
    </I18nProvider>,
  );
  expect(screen.getByRole('heading', { name: 'One moment…' })).toBeVisible();
  expect(screen.queryByRole('button')).toBeNull();
  act(() => {
    vi.advanceTimersByTime(15_000);
  });
  expect(screen.getByText(/taking long/)).toBeVisible();
  expect(screen.getByRole('button', { name: 'Reload' })).toBeVisible();
});
