import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import { listInput, MembersFilter } from './filters.ts';
import type { AppRole } from '@latchkey/policy';
import {
  applicationMessages,
  eventMessages,
  reasonMessages,
  sharingMessages,
} from '../../shared/messages.ts';
import { isRole } from '../../policy.ts';
import type { ReactNode } from 'react';
import { LoadedName } from '../../ui/skeletons.tsx';
import type { PageNameProps } from '../../layout/page-data.ts';
import { nameOf } from '../../shared/person.tsx';

const members = createRoute({
  ...consolePageOptions,
  path: '/members',
  staticData: {
    page: { name: { en: 'Members', ko: '구성원' }, gate: trpc.members.list, sidebar: { icon: 'members' } },
  },
  validateSearch: MembersFilter,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { prefetch, i18n }, deps }) => {
    prefetch(({ members: { list } }) => list.prefetch(listInput(deps)));
    return addMessages(i18n, membersMessages, sharingMessages);
  },
  component: lazyRouteComponent(() => import('./members-page.tsx'), 'MembersPage'),
});

const applications = createRoute({
  ...consolePageOptions,
  path: '/members/applications',
  staticData: { page: { name: { en: 'Applications', ko: '애플리케이션' }, gate: trpc.applications.list } },
  loader: ({ context: { prefetch, i18n } }) => {
    prefetch(({ applications: { list } }) => list.prefetch());
    return addMessages(i18n, membersMessages, applicationMessages);
  },
  component: lazyRouteComponent(() => import('./applications-page.tsx'), 'ApplicationsPage'),
});

export const membersRoutes = [members, applications] as const;

const membersMessages: FeatureMessages = {
  key: 'members',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const person = createRoute({
  ...consolePageOptions,
  path: '/members/$subject',
  staticData: { page: { Name: PersonName, gate: trpc.members.get } },
  // The role to grant, from a link in an explanation.
  validateSearch: ({ give }: Readonly<Record<string, unknown>>): { readonly give?: AppRole | undefined } => ({
    give: typeof give === 'string' && isRole(give) ? give : undefined,
  }),
  loader: ({ context: { prefetch, i18n }, params: { subject } }) => {
    prefetch(({ members: { get }, person: { access } }) => [
      get.prefetch({ subject }),
      access.prefetch({ subject }),
    ]);
    return addMessages(
      i18n,
      membersMessages,
      applicationMessages,
      reasonMessages,
      sharingMessages,
      eventMessages,
    );
  },
  component: lazyRouteComponent(() => import('./person-page.tsx'), 'PersonPage'),
});

export const personRoutes = [person] as const;

function PersonName({ params: { subject = '' } }: PageNameProps): ReactNode {
  const member = trpc.members.get.useQuery({ subject }, { enabled: false });
  const name = member.data && nameOf(member.data);
  return <LoadedName query={member} name={name} />;
}
