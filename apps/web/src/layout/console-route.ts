import {
  createRoute,
  lazyRouteComponent,
  notFound,
  redirect,
  retainSearchParams,
  rootRouteId,
} from '@tanstack/react-router';
import { NotFound } from '../shared/not-found.tsx';
import { requirePerson } from '../auth/require-person.ts';
import { ErrorPage } from './error-page.tsx';
import { ConsoleSearch, followAddress } from './organization-in-address.ts';
import { rootRoute } from './root-route.tsx';

/** The parent of every page for signed-in users. */
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
    // Nor must an unknown path.
    const isUnknown = matches.at(-1)?.routeId === unknownPageId;
    // oxlint-disable-next-line typescript/only-throw-error -- the router's API throws redirects
    if (isUnknown && (await auth.person()) === null) throw notFound({ routeId: rootRouteId });
    const person = await requirePerson(auth, location.href);
    const organization = search.org ?? null;
    if (!preload) followAddress({ ...context, person, organization });
    void api.utils.session.me.prefetch();
    return { person, organization };
  },
  component: lazyRouteComponent(() => import('./layout.tsx'), 'Layout'),
});

const unknownPageId = '/console/$';

/** For an unknown URL: signed-in users still see the layout around it. */
export const unknownPage = createRoute({
  getParentRoute: () => consoleRoute,
  path: '$',
  staticData: { page: { name: { en: 'Not found', ko: '찾을 수 없음' } } },
  component: NotFound,
});

/** Spread into the options of every route under `consoleRoute`. */
export const consolePage = { getParentRoute: () => consoleRoute, errorComponent: ErrorPage };
