import type { Auth } from './auth.ts';
import type { Person } from './person.ts';

/** Logto could not be reached for a required sign-in. */
export class SignInUnreachableError extends Error {
  override readonly name = 'SignInUnreachableError';
}

/**
 * Returns the signed-in user. Without one, redirects the browser to Logto, which returns to `returnPath`, and the
 * promise never resolves.
 * @throws {SignInUnreachableError}
 */
export async function requirePerson(auth: Auth, returnPath: string): Promise<Person> {
  const person = await auth.person();
  if (person !== null) return person;
  try {
    await auth.signIn({ returnPath });
  } catch (cause) {
    throw new SignInUnreachableError('Logto cannot be reached.', { cause });
  }
  return new Promise(() => {});
}
