import { z } from 'zod';
import { defined, input } from './input.ts';
import type { Route } from './route.ts';

const changes = z
  .looseObject({
    socialSignInConnectorTargets: z.array(z.string()),
    signInMode: z.enum(['SignIn', 'Register', 'SignInAndRegister']),
    sentinelPolicy: z.looseObject({
      maxAttempts: z.number().int().positive().optional(),
      lockoutDuration: z.number().positive().optional(),
    }),
    passwordPolicy: z.looseObject({
      length: z.looseObject({ min: z.number().int().positive().optional() }).optional(),
    }),
  })
  .partial();

/** Everything is kept; `SignInExperience` says what the sign-in pages act on. */
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
      body: logto.settings.setSignInExperience(defined(input(changes, body))),
    }),
  },
];
