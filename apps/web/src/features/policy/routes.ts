import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { exportMessages, reasonMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';

const policyMessages: FeatureMessages = {
  key: 'policy',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const policy = createRoute({
  ...consolePageOptions,
  path: '/policy',
  staticData: {
    page: { name: { en: 'Policy', ko: '정책' }, gate: trpc.policy.holders, sidebar: { icon: 'policy' } },
  },
  // Validated by the page, because the policy is only loaded together with the page.
  validateSearch: ({
    draft,
  }: Readonly<Record<string, unknown>>): { readonly draft?: string | undefined } => ({
    draft: typeof draft === 'string' ? draft : undefined,
  }),
  loader: ({ context: { prefetch, i18n } }) => {
    prefetch(({ policy: { holders } }) => holders.prefetch());
    return addMessages(i18n, policyMessages, reasonMessages, exportMessages);
  },
  component: lazyRouteComponent(() => import('./policy-page.tsx'), 'PolicyPage'),
});

export const policyRoutes = [policy] as const;
