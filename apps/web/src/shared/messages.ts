import type { FeatureMessages } from '../i18n/i18n.ts';

export const exportMessages: FeatureMessages = {
  key: 'exporting',
  en: () => import('./export/messages.en.ts'),
  ko: () => import('./export/messages.ko.ts'),
};

/** The messages of audit events. */
export const eventMessages: FeatureMessages = {
  key: 'event',
  en: () => import('./events/messages.en.ts'),
  ko: () => import('./events/messages.ko.ts'),
};

/** The messages of explanations. Every page that shows one loads them. */
export const reasonMessages: FeatureMessages = {
  key: 'reason',
  en: () => import('./explain/messages.en.ts'),
  ko: () => import('./explain/messages.ko.ts'),
};

/** The messages of the request sheet, and of pages that show the user's own requests. */
export const requestAccessMessages: FeatureMessages = {
  key: 'requestAccess',
  en: () => import('./request-access/messages.en.ts'),
  ko: () => import('./request-access/messages.ko.ts'),
};

export const sharingMessages: FeatureMessages = {
  key: 'sharing',
  en: () => import('./sharing/messages.en.ts'),
  ko: () => import('./sharing/messages.ko.ts'),
};

export const viewAsMessages: FeatureMessages = {
  key: 'viewAs',
  en: () => import('./view-as/messages.en.ts'),
  ko: () => import('./view-as/messages.ko.ts'),
};

/** The messages about applications that act for people. */
export const applicationMessages: FeatureMessages = {
  key: 'applications',
  en: () => import('./applications/messages.en.ts'),
  ko: () => import('./applications/messages.ko.ts'),
};
