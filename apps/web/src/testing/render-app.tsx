import type { QueryClient } from '@tanstack/react-query';
import { createMemoryHistory } from '@tanstack/react-router';
import { render, screen, waitFor, within } from '@testing-library/react';
import { userEvent, type UserEvent } from '@testing-library/user-event';
import { vi, expect } from 'vitest';
import { createApi } from '../api/api.ts';
import { App } from '../start.tsx';
import { createActiveOrganization } from '../auth/organization.ts';
import { NotAMemberError, type Auth } from '../auth/auth.ts';
import { createSessionState, SessionOverError } from '../auth/session-state.ts';
import { createI18n } from '../i18n/i18n.ts';
import { createAppRouter } from '../router.ts';
import { createStubNetwork, type StubNetwork } from './stub-network.ts';
import { createStubServer, type StubServer } from './stub-server.ts';

export interface RenderedApp {
  readonly server: StubServer;
  /** Between the app and the server. */
  readonly network: StubNetwork;
  readonly auth: Auth;
  readonly queryClient: QueryClient;
  readonly user: UserEvent;
  /** Path and search, as in the address bar. */
  readonly address: () => string;
  /** Hovers over a link to this URL. */
  readonly preload: (url: string) => Promise<unknown>;
  /** Presses the back button. */
  readonly back: () => void;
}

/**
 * Renders the whole app at a URL, signed in with the given access token; `null` is not signed in. `prepare` can change
 * the state of the server before the app sends requests.
 */
export async function renderApp(
  path: string,
  token: string | null,
  prepare: (server: StubServer, network: StubNetwork) => void = () => {},
): Promise<RenderedApp> {
  const server = createStubServer();
  const network = createStubNetwork(server.fetch);
  prepare(server, network);
  vi.stubGlobal('fetch', network.fetch);
  vi.stubGlobal('scrollTo', () => {});
  const auth = stubAuth(token);
  const api = createApi(auth);
  const i18n = await createI18n('en');
  const router = createAppRouter({ auth, api, i18n }, createMemoryHistory({ initialEntries: [path] }));
  render(<App api={api} router={router} i18n={i18n} />);
  return {
    server,
    network,
    auth,
    queryClient: api.queryClient,
    user: userEvent.setup(),
    address: () => router.state.location.href,
    preload: (url) => router.preloadRoute({ to: url }),
    back: () => router.history.back(),
  };
}

/** An `Auth` without Logto's SDK, which is tested in `console-client.test.ts` and in the browser tests. */
function stubAuth(token: string | null): Auth {
  let renewed = 0;
  const session = createSessionState();
  const activeOrganization = createActiveOrganization();
  class Client {
    isAuthenticated = () => Promise.resolve(token !== null);
    isSignInRedirected = () => Promise.resolve(false);
  }
  return {
    prepare: () =>
      Promise.resolve({
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the provider calls no other method here
        provider: { config: { endpoint: '', appId: '' }, LogtoClientClass: Client as never },
      }),
    person: vi
      .fn<Auth['person']>()
      .mockResolvedValue(
        token === null ? null : { key: `u-${token}`, name: 'Mina Park', email: 'mina@example.com' },
      ),
    signIn: vi.fn<Auth['signIn']>().mockReturnValue(new Promise(() => {})),
    signOut: vi.fn<Auth['signOut']>().mockResolvedValue(),
    isReturning: () => Promise.resolve(false),
    activeOrganization,
    organizations: vi.fn<Auth['organizations']>().mockResolvedValue([
      { id: 'acme', name: 'Acme', roles: ['admin'] },
      { id: 'globex', name: 'Globex Nordhafen Betriebsgesellschaft mbH & Co. KG', roles: [] },
    ]),
    // The stub server reads the organization from the token, like the real one.
    accessToken: async () => {
      if (session.isOver()) throw new SessionOverError('The session has ended.');
      const organization = activeOrganization.get();
      if (organization === 'initech') activeOrganization.refuse(organization);
      if (activeOrganization.isRefused()) {
        throw new NotAMemberError('The user is not a member.');
      }
      const base = renewed === 0 ? (token ?? '') : `${token}-${renewed}`;
      return organization === null ? base : `${base}@${organization}`;
    },
    forgetAccessToken: () => {
      renewed += 1;
    },
    forgetEndingToken: vi.fn<Auth['forgetEndingToken']>(),
    session,
    onPersonChange: () => () => {},
  };
}

/** Waits for the heading of the page. */
export const heading = (name: string | RegExp) => screen.findByRole('heading', { level: 1, name });

/** Waits until a live region has this text. */
export const announced = (text: string) => screen.findByText(text, { selector: 'output, output *' });

/** Publishes the report of the page. */
export async function publish({ user }: Pick<RenderedApp, 'user'>): Promise<void> {
  await user.click(await screen.findByRole('button', { name: 'Publish report' }));
  const dialog = within(await screen.findByRole('alertdialog'));
  await user.click(dialog.getByRole('button', { name: 'Publish report' }));
}

/** Opens the page of a draft, and waits for its content, its gates and its stream. */
export async function openReport(): Promise<RenderedApp> {
  const app = await renderApp('/reports/r-1', 'editor');
  await screen.findByRole('heading', { level: 1, name: 'Q4 review' });
  await screen.findByRole('button', { name: 'Publish report' });
  await waitFor(() => expect(app.network.openStreams()).toEqual(['session.changes']));
  return app;
}
