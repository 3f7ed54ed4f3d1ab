import type { FeatureMessages } from '../../i18n/i18n.ts';

export const requestsMessages: FeatureMessages = {
  key: 'requests',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
