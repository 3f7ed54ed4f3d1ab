import type { FeatureMessages } from '../../i18n/i18n.ts';

export const syncMessages: FeatureMessages = {
  key: 'sync',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
