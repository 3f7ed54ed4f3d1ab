import { accountCenterChanges } from '../seed/schema.ts';
import { defined, input } from './input.ts';
import type { Route } from './route.ts';

/** The settings of the account API. It is off until `enabled`, and so is each of its fields. */
export const accountCenterRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/account-center',
    handle: ({ logto }) => ({ body: logto.settings.accountCenter() }),
  },
  {
    method: 'PATCH',
    path: '/account-center',
    handle: ({ logto, body }) => ({
      body: logto.settings.setAccountCenter(defined(input(accountCenterChanges, body))),
    }),
  },
];
