import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import { rootRoute } from '../../layout/root-route.tsx';
import { InvitationsSearch, listInput } from './filters.ts';

const invitationsMessages: FeatureMessages = {
  key: 'invitations',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const invitations = createRoute({
  ...consolePageOptions,
  path: '/members/invitations',
  staticData: { page: { name: { en: 'Invitations', ko: '초대' }, gate: trpc.invitations.list } },
  validateSearch: InvitationsSearch,
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { prefetch, organization, i18n }, deps }) => {
    prefetch(({ invitations: { options, list } }) => [
      options.prefetch(),
      // The default organization has no invitations.
      organization !== null && list.prefetchInfinite(listInput(deps)),
    ]);
    return addMessages(i18n, invitationsMessages);
  },
  component: lazyRouteComponent(() => import('./invitations-page.tsx'), 'InvitationsPage'),
});

/** Outside the console layout: the invited user may not be a member yet. */
const accept = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitations/$invitationId/accept',
  staticData: { page: null },
  loader: async ({ context: { auth, i18n } }) => {
    const [person] = await Promise.all([auth.person(), addMessages(i18n, invitationsMessages)]);
    return { person };
  },
  component: lazyRouteComponent(() => import('./accept-page.tsx'), 'AcceptPage'),
});

export const invitationsRoutes = [invitations] as const;
export const acceptRoutes = [accept] as const;
