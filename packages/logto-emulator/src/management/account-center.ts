import { accountCenterChanges } from '../seed/schema.ts';
import { defined, input } from './input.ts';
import { route, type Route } from './route.ts';

/** The settings of the account API. It is off until `enabled`, and so is each of its fields. */
export const accountCenterRoutes: readonly Route[] = [
  route('GET /account-center', ({ logto }) => ({ body: logto.settings.accountCenter() })),
  route('PATCH /account-center', ({ logto, body }) => ({
    body: logto.settings.setAccountCenter(defined(input(accountCenterChanges, body))),
  })),
];
