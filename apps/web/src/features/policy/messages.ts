import type { FeatureMessages } from '../../i18n/i18n.ts';

export const policyMessages: FeatureMessages = {
  key: 'policy',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
