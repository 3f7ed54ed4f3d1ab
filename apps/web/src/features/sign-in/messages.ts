import type { FeatureMessages } from '../../i18n/i18n.ts';

export const signInMessages: FeatureMessages = {
  key: 'signIn',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
