import type { FeatureMessages } from '../../i18n/i18n.ts';

export const accessMessages: FeatureMessages = {
  key: 'access',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
