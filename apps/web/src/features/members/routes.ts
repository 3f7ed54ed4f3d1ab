import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { addMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { listInput, MembersFilter } from './filters.ts';
import { membersMessages } from './messages.ts';

const members = createRoute({
  ...consolePage,
  path: '/members',
  staticData: {
    page: { name: { en: 'Members', ko: '구성원' }, sidebar: { icon: 'members', gate: trpc.members.list } },
  },
  validateSearch: MembersFilter,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { api, i18n }, deps }) => {
    void api.utils.members.list.prefetch(listInput(deps));
    return addMessages(i18n, membersMessages);
  },
  component: lazyRouteComponent(() => import('./members-page.tsx'), 'MembersPage'),
});

export const membersRoutes = [members] as const;
