import type { FeatureMessages } from '../../i18n/i18n.ts';

export const reportsMessages: FeatureMessages = {
  key: 'reports',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
