import type { FeatureMessages } from '../../i18n/i18n.ts';

export const collectionsMessages: FeatureMessages = {
  key: 'collections',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
