import type { Auth } from './auth.ts';
import type { Person } from './person.ts';

/** Logto did not answer when someone had to be sent there. */
export class SignInUnreachableError extends Error {
  override readonly name = 'SignInUnreachableError';
}

/**
 * For pages of signed-in people: who that is. Nobody: leaves for Logto, to come back to `returnPath`, and never resolves.
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
