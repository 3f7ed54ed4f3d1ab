import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { lazy } from 'react';
import { reasonMessages } from '../../shared/messages.ts';
import { addMessages, type FeatureMessages, type I18n } from '../../i18n/i18n.ts';
import { consolePageOptions } from '../../layout/console-route.ts';
import type { Notifications } from '../../layout/notifications.ts';

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
    return addMessages(i18n, homeMessages, reasonMessages);
  },
  component: lazyRouteComponent(() => import('./home-page.tsx'), 'HomePage'),
});

export const homeRoutes = [home] as const;

export function lazyNotifications(i18n: I18n): Notifications {
  return lazy(async () => {
    const [popover] = await Promise.all([
      import('./notifications-popover.tsx'),
      addMessages(i18n, homeMessages),
    ]);
    return popover;
  });
}
