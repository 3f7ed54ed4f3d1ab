import { fold, type Directory } from '../directory/directory.ts';
import type { User } from '../directory/records.ts';
import type { ErrorName } from './words.ts';

/** What a person is known by when signing in. */
export interface Identifier {
  readonly type: 'username' | 'email' | 'phone';
  readonly value: string;
}

export function parseIdentifier(text: string): Identifier {
  const value = text.trim();
  if (value.includes('@')) return { type: 'email', value };
  return { type: /^\+?\d{6,}$/.test(value) ? 'phone' : 'username', value };
}

export function findUser(directory: Directory, { type, value }: Identifier): User | undefined {
  const key = type === 'email' ? (fold(value) ?? '') : type === 'phone' ? value.replace('+', '') : value;
  return directory.users.findBy(type, key)[0];
}

/** What is wrong with an identifier that somebody wants to sign up with. */
export function identifierError(directory: Directory, identifier: Identifier): ErrorName | undefined {
  const { type, value } = identifier;
  if (value === '') return 'identifierRequired';
  if (type === 'email' && !/^\S+@\S+\.\S+$/.test(value)) return 'emailInvalid';
  if (type !== 'email' && !/^[A-Z_a-z]\w*$/.test(value)) return 'usernameInvalid';
  if (findUser(directory, identifier) === undefined) return undefined;
  return type === 'email' ? 'emailTaken' : 'usernameTaken';
}
