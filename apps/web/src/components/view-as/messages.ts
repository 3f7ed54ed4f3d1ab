import type { FeatureMessages } from '../../i18n/i18n.ts';

export const viewAsMessages: FeatureMessages = {
  key: 'viewAs',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
