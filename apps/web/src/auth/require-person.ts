import type { Auth } from './auth.ts';
import type { Person } from './person.ts';

/** Logto could not be reached when the person had to sign in. */
export class SignInUnreachableError extends Error {
  override readonly name = 'SignInUnreachableError';
}

/**
 * The signed-in person. When nobody is signed in, the browser is redirected to Logto, which returns to `returnPath`, and the
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
