import type { AppRole } from '@latchkey/policy';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { reasonMessages } from '../../components/reason/messages.ts';
import { sharingMessages } from '../../components/sharing/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { isRole } from '../../policy.ts';
import { membersMessages } from './messages.ts';
import { PersonName } from './person-name.tsx';

/** The messages of a person's page. */
const personMessages: FeatureMessages = {
  key: 'onePerson',
  en: () => import('./person.messages.en.ts'),
  ko: () => import('./person.messages.ko.ts'),
};

const person = createRoute({
  ...consolePage,
  path: '/members/$subject',
  staticData: { page: { Name: PersonName } },
  // The role to grant, from a link of "would be allowed with".
  validateSearch: ({ give }: Readonly<Record<string, unknown>>): { readonly give?: AppRole | undefined } => ({
    give: typeof give === 'string' && isRole(give) ? give : undefined,
  }),
  loader: ({ context: { api, i18n }, params }) => {
    void api.utils.members.get.prefetch({ subject: params.subject });
    void api.utils.person.access.prefetch({ subject: params.subject });
    // The menu of roles uses the messages of the members.
    return Promise.all([
      addMessages(i18n, personMessages),
      addMessages(i18n, membersMessages),
      addMessages(i18n, reasonMessages),
      // Some remedies are shares.
      addMessages(i18n, sharingMessages),
    ]);
  },
  component: lazyRouteComponent(() => import('./person-page.tsx'), 'PersonPage'),
});

export const personRoutes = [person] as const;
