import type { FeatureMessages } from '../../i18n/i18n.ts';

export const whyMessages: FeatureMessages = {
  key: 'why',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
