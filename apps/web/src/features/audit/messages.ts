import type { FeatureMessages } from '../../i18n/i18n.ts';

export const auditMessages: FeatureMessages = {
  key: 'audit',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
