import { addMessages, currentI18n } from '../../i18n/i18n.ts';
import { viewAsMessages } from './messages.ts';

/** Loads a part of views with its words. */
export async function withMessages<Part>(part: Promise<Part>): Promise<Part> {
  await addMessages(currentI18n(), viewAsMessages);
  return part;
}
