import { lazy } from 'react';
import type { RequestSheet } from '../../components/request-sheet.ts';
import { addMessages, type I18n } from '../../i18n/i18n.ts';
import { accessMessages } from './messages.ts';

/** The sheet for access requests, loaded with its messages when first opened from any page. */
export function lazyRequestSheet(i18n: I18n): RequestSheet {
  return lazy(async () => {
    const [sheet] = await Promise.all([import('./request-sheet.tsx'), addMessages(i18n, accessMessages)]);
    return sheet;
  });
}
