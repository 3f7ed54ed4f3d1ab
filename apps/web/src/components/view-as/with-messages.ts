import { addMessages, currentI18n, type FeatureMessages } from '../../i18n/i18n.ts';

const viewAsMessages: FeatureMessages = {
  key: 'viewAs',
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

/** Loads a component of views together with its messages. */
export async function withMessages<Part>(part: Promise<Part>): Promise<Part> {
  await addMessages(currentI18n(), viewAsMessages);
  return part;
}
