import type { FeatureMessages } from '../../i18n/i18n.ts';

export const homeMessages: FeatureMessages = {
  key: 'home',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
