import type { FeatureMessages } from '../../i18n/i18n.ts';

export const actionMessages: FeatureMessages = {
  key: 'actions',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
