import { signInExperienceChanges } from '../seed/schema.ts';
import { defined, input } from './input.ts';
import type { Route } from './route.ts';

/** All fields are stored. `SignInExperience` lists the fields that the sign-in pages use. */
export const signInExperienceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/sign-in-exp',
    handle: ({ logto }) => ({ body: logto.settings.signInExperience() }),
  },
  {
    method: 'PATCH',
    path: '/sign-in-exp',
    handle: ({ logto, body }) => ({
      body: logto.settings.setSignInExperience(defined(input(signInExperienceChanges, body))),
    }),
  },
];
