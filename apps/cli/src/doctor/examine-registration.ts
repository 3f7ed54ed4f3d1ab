import { directoryMapping } from '@latchkey/policy/directory';
import { z } from 'zod';
import { ActionableError, asActionable } from '../actionable-error.ts';
import type { Management } from '../connect/management.ts';
import { failedBy, notice, ok, type Verdict } from './verdict.ts';

const about = 'Logto registration';

const SignInExperience = z.object({ signInMode: z.string() });

/** Reports open registration, by which anyone gets the default role. */
export async function examineRegistration(management: Management): Promise<Verdict> {
  const experience = await management.get('/sign-in-exp', SignInExperience).catch(asActionable);
  if (experience instanceof ActionableError) return failedBy(about, experience);
  if (experience.signInMode === 'SignIn') return ok(about, 'only administrators create accounts.');
  return notice(
    about,
    `Anybody can sign up, and every new account gets the role ${directoryMapping.defaultRole}.`,
    'Unless you want that, switch off user registration in Logto’s sign-in experience, under "Sign-up and sign-in".',
  );
}
