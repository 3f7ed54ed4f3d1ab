import {
  createBrowserHistory,
  createRouter,
  type RouterHistory,
  createRoute,
  redirect,
} from '@tanstack/react-router';
import { accessRoutes } from './features/access/routes.ts';
import { auditRoutes } from './features/audit/routes.ts';
import { acceptRoutes, invitationsRoutes } from './features/invitations/routes.ts';
import { homeRoutes, lazyNotifications } from './features/home/routes.ts';
import { landingRoutes } from './features/landing/routes.tsx';
import { personRoutes, membersRoutes } from './features/members/routes.tsx';
import { lazyPalette } from './features/palette/lazy-palette.ts';
import { policyRoutes } from './features/policy/routes.ts';
import { reportsRoutes } from './features/reports/routes.tsx';
import { requestsRoutes } from './features/requests/routes.tsx';
import { reviewsRoutes } from './features/reviews/routes.tsx';
import { setupRoutes } from './features/setup/routes.ts';
import { signInRoutes } from './features/sign-in/routes.ts';
import { syncRoutes } from './features/sync/routes.tsx';
import { whyRoutes } from './features/why/routes.ts';
import { consoleRoute, unknownPage } from './layout/console-route.ts';
import { StandaloneErrorPage } from './layout/error-page.tsx';
import { notificationsHash } from './layout/notifications.ts';
import { PendingPage } from './layout/pending-page.tsx';
import { rootRoute, type RouterContext } from './layout/root-route.tsx';

const former = { getParentRoute: () => rootRoute, staticData: { page: null } } as const;

/* oxlint-disable typescript/only-throw-error -- the router's API throws redirects */

/** Former URLs of pages that became part of another, for bookmarks and links in old messages. */
const formerAddresses = [
  createRoute({
    ...former,
    path: '/notifications',
    beforeLoad: () => {
      throw redirect({ to: '/home', search: true, hash: notificationsHash });
    },
  }),
  createRoute({
    ...former,
    path: '/collections',
    beforeLoad: () => {
      throw redirect({ to: '/reports', search: true });
    },
  }),
  createRoute({
    ...former,
    path: '/collections/$collectionId',
    beforeLoad: ({ params }) => {
      throw redirect({ to: '/reports/collections/$collectionId', params, search: true });
    },
  }),
] as const;

/* oxlint-enable typescript/only-throw-error */

/** The order of the pages under `consoleRoute` is the sidebar's. */
const routeTree = rootRoute.addChildren([
  ...landingRoutes,
  ...signInRoutes,
  ...acceptRoutes,
  ...formerAddresses,
  consoleRoute.addChildren([
    ...homeRoutes,
    ...setupRoutes,
    ...reportsRoutes,
    ...accessRoutes,
    ...membersRoutes,
    ...invitationsRoutes,
    ...requestsRoutes,
    ...reviewsRoutes,
    ...auditRoutes,
    ...policyRoutes,
    ...syncRoutes,
    ...personRoutes,
    ...whyRoutes,
    unknownPage,
  ]),
]);

/** Creates the console's router. `history` is the browser's unless a test passes its own. */
export function createAppRouter(
  context: Omit<RouterContext, 'Palette' | 'Notifications'>,
  history: RouterHistory = createBrowserHistory(),
) {
  return createRouter({
    routeTree,
    history,
    context: {
      ...context,
      Palette: lazyPalette(context.i18n),
      Notifications: lazyNotifications(context.i18n),
    },
    // Remounts the page for another item, so that no state remains, such as an open form.
    defaultRemountDeps: ({ params }) => params,
    defaultPreload: 'intent',
    // TanStack Query decides whether data is fresh.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: StandaloneErrorPage,
    defaultPendingComponent: PendingPage,
    defaultPendingMs: 500,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
