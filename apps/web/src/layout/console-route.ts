import {
  createRoute,
  lazyRouteComponent,
  notFound,
  redirect,
  retainSearchParams,
  rootRouteId,
} from '@tanstack/react-router';
import * as v from 'valibot';
import { NotFound } from '../shared/not-found.tsx';
import { requirePerson, type Auth } from '../auth/auth.ts';
import { ErrorPage } from './error-page.tsx';
import { rootRoute } from './root-route.tsx';
import type { I18n } from '../i18n/i18n.ts';
import type { Api } from '../api/api.ts';
import type { Person } from '../auth/stored-session.ts';
import { notify } from '../ui/notice.tsx';
import { organizationsQuery } from './organizations.ts';
import { scopeOf } from './page-gate.tsx';

/**
 * The search parameters of every page of the console. `org` is the page's organization, so that a link opens the same
 * one for every user; a URL without it belongs to the default organization.
 */
const ConsoleSearch = v.object({
  // The router parses an id of digits as a number.
  org: v.fallback(v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(String))), undefined),
});

/** Activates the URL's organization, and shows a notice when another one was active. */
function followAddress(page: {
  readonly auth: Auth;
  readonly api: Api;
  readonly i18n: I18n;
  readonly person: Person;
  readonly organization: string | null;
}): void {
  const { auth, organization } = page;
  if (auth.activeOrganization.get() === organization) return;
  auth.activeOrganization.choose(organization);
  void nameOf(page).then((name) => {
    if (name !== undefined && auth.activeOrganization.get() === organization)
      notify({ tone: 'done', text: page.i18n.t('layout.organizationChanged', { name }) });
  });
}

/** `undefined` if the user is not a member or Logto is unavailable: the page itself shows either. */
async function nameOf(page: Parameters<typeof followAddress>[0]): Promise<string | undefined> {
  const { auth, api, i18n, person, organization } = page;
  if (organization === null) return i18n.t('layout.defaultOrganization');
  const all = await api.queryClient.fetchQuery(organizationsQuery(auth, person)).catch(() => []);
  return all.find(({ id }) => id === organization)?.name;
}

export const consoleRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'console',
  staticData: { page: null },
  validateSearch: ConsoleSearch,
  search: { middlewares: [retainSearchParams(['org'])] },
  beforeLoad: async ({ context, search, location, matches, preload }) => {
    const { auth, api } = context;
    // Hovering over a link preloads its page, which must not redirect to Logto.
    if (preload && (await auth.person()) === null) throw redirect({ to: '/' });
    // An unknown path must not redirect to Logto either.
    const isUnknown = matches.at(-1)?.routeId === unknownPageId;
    // oxlint-disable-next-line typescript/only-throw-error -- the router's API throws redirects
    if (isUnknown && (await auth.person()) === null) throw notFound({ routeId: rootRouteId });
    const person = await requirePerson(auth, location.href);
    const organization = search.org ?? null;
    if (!preload) followAddress({ ...context, person, organization });
    void api.utils.session.me.prefetch();
    const gate = matches.at(-1)?.staticData.page?.gate;
    const isOpen = gate === undefined || api.knownGates.isAllowed(scopeOf(person, organization), gate);
    return {
      person,
      organization,
      /** Prefetches a page's queries, unless its gate is denied or unknown: a denied page must request nothing. */
      prefetch(load: (utils: Api['utils']) => unknown): void {
        if (isOpen) load(api.utils);
      },
    };
  },
  component: lazyRouteComponent(() => import('./layout.tsx'), 'Layout'),
});

const unknownPageId = '/console/$';

export const unknownPage = createRoute({
  getParentRoute: () => consoleRoute,
  path: '$',
  staticData: { page: { name: { en: 'Not found', ko: '찾을 수 없음' } } },
  component: NotFound,
});

/** Spread into the options of every route under `consoleRoute`. */
export const consolePageOptions = { getParentRoute: () => consoleRoute, errorComponent: ErrorPage };
