import type { FeatureMessages } from '../../i18n/i18n.ts';

/** The words of one person's page. */
export const personMessages: FeatureMessages = {
  key: 'onePerson',
  en: () => import('./person.messages.en.ts'),
  ko: () => import('./person.messages.ko.ts'),
};
