import type { FeatureMessages } from '../../i18n/i18n.ts';

export const membersMessages: FeatureMessages = {
  key: 'members',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
