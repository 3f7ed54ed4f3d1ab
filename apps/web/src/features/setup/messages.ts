import type { FeatureMessages } from '../../i18n/i18n.ts';

export const setupMessages: FeatureMessages = {
  key: 'setup',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
