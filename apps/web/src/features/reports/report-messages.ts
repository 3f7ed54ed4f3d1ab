import type { FeatureMessages } from '../../i18n/i18n.ts';

/** For the page of one report, and of a new one. */
export const reportMessages: FeatureMessages = {
  key: 'report',
  en: () => import('./report.messages.en.ts'),
  ko: () => import('./report.messages.ko.ts'),
};
