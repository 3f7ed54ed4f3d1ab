import { lazy } from 'react';
import { addMessages, type I18n } from '../../i18n/i18n.ts';
import { accessMessages } from './messages.ts';

/** The user's own requests with their messages, for a page of another feature. */
export function lazyOwnRequests(i18n: I18n) {
  return lazy(async () => {
    const [{ OwnRequests }] = await Promise.all([
      import('./own-requests.tsx'),
      addMessages(i18n, accessMessages),
    ]);
    return { default: OwnRequests };
  });
}
