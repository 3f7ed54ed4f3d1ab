import type { FeatureMessages } from '../../i18n/i18n.ts';

export const landingMessages: FeatureMessages = {
  key: 'landing',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
