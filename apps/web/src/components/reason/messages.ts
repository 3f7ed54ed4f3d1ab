import type { FeatureMessages } from '../../i18n/i18n.ts';

/** The messages of explanations. Every page that shows one loads them. */
export const reasonMessages: FeatureMessages = {
  key: 'reason',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
