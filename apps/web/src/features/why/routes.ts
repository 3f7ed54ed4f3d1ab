import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { reasonMessages } from '../../components/reason/messages.ts';
import { sharingMessages } from '../../components/sharing/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePage } from '../../layout/console-route.ts';
import { questionInUrl } from './question-in-url.ts';

const whyMessages: FeatureMessages = {
  key: 'why',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const why = createRoute({
  ...consolePage,
  path: '/why',
  staticData: { page: { name: { en: 'Why', ko: '권한 이유' } } },
  validateSearch: questionInUrl,
  loader: ({ context: { i18n } }) =>
    Promise.all([
      addMessages(i18n, whyMessages),
      addMessages(i18n, reasonMessages),
      addMessages(i18n, sharingMessages),
    ]),
  component: lazyRouteComponent(() => import('./why-page.tsx'), 'WhyPage'),
});

export const whyRoutes = [why] as const;
