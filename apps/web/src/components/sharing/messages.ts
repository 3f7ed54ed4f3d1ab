import type { FeatureMessages } from '../../i18n/i18n.ts';

export const sharingMessages: FeatureMessages = {
  key: 'sharing',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
