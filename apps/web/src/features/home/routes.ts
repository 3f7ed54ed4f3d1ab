import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';
import { reasonMessages, requestAccessMessages } from '../../shared/messages.ts';
import { addMessages, lazyWithMessages, type FeatureMessages, type I18n } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import type { Notifications } from '../../layout/notifications.ts';
import { EndsFilter } from './filters.ts';

const homeMessages: FeatureMessages = {
  key: 'home',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

const home = createRoute({
  ...consolePageOptions,
  path: '/home',
  staticData: { page: { name: { en: 'Home', ko: '홈' }, sidebar: { icon: 'home' } } },
  loader: ({ context: { api, i18n } }) => {
    void api.utils.notifications.list.prefetch();
    void api.utils.home.denials.prefetch();
    return addMessages(i18n, homeMessages, reasonMessages, requestAccessMessages);
  },
  component: lazyRouteComponent(() => import('./home-page.tsx'), 'HomePage'),
});

const endsSoon = createRoute({
  ...consolePageOptions,
  path: '/home/ends-soon',
  staticData: { page: { name: { en: 'Ends soon', ko: '곧 만료' }, gate: trpc.requests.ending } },
  validateSearch: EndsFilter,
  loader: ({ context: { i18n } }) => addMessages(i18n, homeMessages),
  component: lazyRouteComponent(() => import('./ends-soon-page.tsx'), 'EndsSoonPage'),
});

export const homeRoutes = [home, endsSoon] as const;

export function lazyNotifications(i18n: I18n): Notifications {
  return lazyWithMessages(i18n, () => import('./notifications-popover.tsx'), homeMessages);
}
