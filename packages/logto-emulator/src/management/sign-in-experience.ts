import { signInExperienceChanges } from '../seed/schema.ts';
import { defined, input } from './input.ts';
import { route, type Route } from './route.ts';

/** All fields are stored. `SignInExperience` lists the fields that the sign-in pages use. */
export const signInExperienceRoutes: readonly Route[] = [
  route('GET /sign-in-exp', ({ logto }) => ({ body: logto.settings.signInExperience() })),
  route('PATCH /sign-in-exp', ({ logto, body }) => ({
    body: logto.settings.setSignInExperience(defined(input(signInExperienceChanges, body))),
  })),
];
