import type { FeatureMessages } from '../../i18n/i18n.ts';

export const invitationsMessages: FeatureMessages = {
  key: 'invitations',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};
