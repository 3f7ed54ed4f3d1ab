import type { Logto } from '../logto.ts';
import type { ErrorName } from './i18n.ts';

/** Logto's default policy requires eight characters. */
export const shortestPassword = ({ settings }: Logto): number =>
  settings.signInExperience().passwordPolicy.length?.min ?? 8;

/** Validates a new password. Returns the error. */
export function passwordError(logto: Logto, password: string): ErrorName | undefined {
  if (password === '') return 'passwordRequired';
  return password.length < shortestPassword(logto) ? 'passwordTooShort' : undefined;
}
