import { createRoute, redirect } from '@tanstack/react-router';
import { notificationsHash } from './layout/notifications.ts';
import { rootRoute } from './layout/root-route.tsx';

const former = { getParentRoute: () => rootRoute, staticData: { page: null } } as const;

/* oxlint-disable typescript/only-throw-error -- the router's API throws redirects */

/** Pages that became part of another: bookmarks and links in older messages still lead somewhere. */
export const formerAddresses = [
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
