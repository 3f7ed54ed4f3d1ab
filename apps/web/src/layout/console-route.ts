import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { requirePerson } from '../auth/require-person.ts';
import { ErrorPage } from './error-page.tsx';
import { rootRoute } from './root-route.ts';

/** The parent of every page for signed-in people. */
export const consoleRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'console',
  staticData: { page: null },
  beforeLoad: async ({ context: { auth, api }, location, preload }) => {
    // Pointing at a link preloads its page; that must not send anyone to Logto.
    if (preload && (await auth.person()) === null) throw redirect({ to: '/' });
    const person = await requirePerson(auth, location.href);
    void api.utils.session.me.prefetch();
    return { person };
  },
  component: lazyRouteComponent(() => import('./layout.tsx'), 'Layout'),
});

/** Spread into the options of every route under `consoleRoute`. */
export const consolePage = { getParentRoute: () => consoleRoute, errorComponent: ErrorPage };
