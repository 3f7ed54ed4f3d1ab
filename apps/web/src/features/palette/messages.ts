import type { FeatureMessages } from '../../i18n/i18n.ts';

export const paletteMessages: FeatureMessages = {
  key: 'palette',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
