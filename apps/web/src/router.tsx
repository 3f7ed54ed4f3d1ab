import {
  createBrowserHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type RouterHistory,
} from '@tanstack/react-router';
import type { i18n } from 'i18next';
import type { Api } from './api/api.ts';
import type { Auth } from './auth/auth.ts';
import { requirePerson } from './auth/require-person.ts';
import { addSyncWords } from './i18n/i18n.ts';
import { ErrorPage, StandaloneErrorPage } from './layout/error-page.tsx';
import { PendingPage } from './layout/pending-page.tsx';
import { NotFoundPage } from './layout/not-found-page.tsx';
import { ReportFilter, ReportsFilter } from './features/reports/filters.ts';
import { SyncFilter } from './features/sync/filters.ts';

export interface RouterContext {
  readonly auth: Auth;
  readonly api: Api;
  readonly words: i18n;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
});

const landing = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context: { auth } }) => {
    if ((await auth.person()) !== null) throw redirect({ to: '/reports' });
  },
  component: lazyRouteComponent(() => import('./features/landing/landing-page.tsx'), 'LandingPage'),
});

const callback = createRoute({
  getParentRoute: () => root,
  path: '/callback',
  component: lazyRouteComponent(() => import('./features/sign-in/callback-page.tsx'), 'CallbackPage'),
});

/** Everything for people who are signed in. */
const console = createRoute({
  getParentRoute: () => root,
  id: 'console',
  beforeLoad: async ({ context: { auth, api }, location, preload }) => {
    // Pointing at a link loads what is behind it; that must not send anyone to Logto.
    if (preload && (await auth.person()) === null) throw redirect({ to: '/' });
    const person = await requirePerson(auth, location.href);
    void api.utils.session.me.prefetch();
    return { person };
  },
  component: lazyRouteComponent(() => import('./layout/layout.tsx'), 'Frame'),
});

const reports = createRoute({
  getParentRoute: () => console,
  path: '/reports',
  validateSearch: ReportsFilter,
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { api }, deps }) => void api.utils.reports.list.prefetchInfinite(deps),
  component: lazyRouteComponent(() => import('./features/reports/reports-page.tsx'), 'ReportsPage'),
  errorComponent: ErrorPage,
});

const newReport = createRoute({
  getParentRoute: () => console,
  path: '/reports/new',
  component: lazyRouteComponent(() => import('./features/reports/new-report-page.tsx'), 'NewReportPage'),
  errorComponent: ErrorPage,
});

const report = createRoute({
  getParentRoute: () => console,
  path: '/reports/$reportId',
  validateSearch: ReportFilter,
  loader: ({ context: { api }, params }) => void api.utils.reports.get.prefetch({ id: params.reportId }),
  component: lazyRouteComponent(() => import('./features/reports/report-page.tsx'), 'ReportPage'),
  errorComponent: ErrorPage,
});

const access = createRoute({
  getParentRoute: () => console,
  path: '/access',
  component: lazyRouteComponent(() => import('./features/access/access-page.tsx'), 'AccessPage'),
  errorComponent: ErrorPage,
});

const sync = createRoute({
  getParentRoute: () => console,
  path: '/sync',
  validateSearch: SyncFilter,
  loaderDeps: ({ search: { status, event, subject } }) => ({ status, event, subject }),
  loader: ({ context: { api, words }, deps }) => {
    void api.utils.sync.status.prefetch();
    void api.utils.sync.drift.prefetch();
    void api.utils.sync.deliveries.prefetchInfinite(deps);
    return addSyncWords(words);
  },
  component: lazyRouteComponent(() => import('./features/sync/sync-page.tsx'), 'SyncPage'),
  errorComponent: ErrorPage,
});

const delivery = createRoute({
  getParentRoute: () => console,
  path: '/sync/deliveries/$deliveryId',
  loader: ({ context: { api, words }, params }) => {
    void api.utils.sync.delivery.prefetch({ id: params.deliveryId });
    return addSyncWords(words);
  },
  component: lazyRouteComponent(() => import('./features/sync/delivery-page.tsx'), 'DeliveryPage'),
  errorComponent: ErrorPage,
});

const routeTree = root.addChildren([
  landing,
  callback,
  console.addChildren([reports, newReport, report, access, sync, delivery]),
]);

/** `history` is the browser's unless a test brings its own. */
export function createAppRouter(context: RouterContext, history: RouterHistory = createBrowserHistory()) {
  return createRouter({
    routeTree,
    history,
    context,
    defaultPreload: 'intent',
    // Data freshness is TanStack Query's.
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
