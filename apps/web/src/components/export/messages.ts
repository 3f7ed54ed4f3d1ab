import type { FeatureMessages } from '../../i18n/i18n.ts';

export const exportMessages: FeatureMessages = {
  key: 'exporting',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
