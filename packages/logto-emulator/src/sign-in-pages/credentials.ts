import { fold, type Directory } from '../directory/directory.ts';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import type { ErrorName } from './i18n.ts';

export interface Identifier {
  readonly type: 'username' | 'email' | 'phone';
  readonly value: string;
}

export function parseIdentifier(text: string): Identifier {
  const value = text.trim();
  if (value.includes('@')) return { type: 'email', value };
  return { type: /^\+?\d{6,}$/.test(value) ? 'phone' : 'username', value };
}

export function findByIdentifier(directory: Directory, { type, value }: Identifier): User | undefined {
  const key = type === 'email' ? (fold(value) ?? '') : type === 'phone' ? value.replace('+', '') : value;
  return directory.users.findBy(type, key)[0];
}

const email = String.raw`\S+@\S+\.\S+`;
const username = String.raw`[A-Z_a-z]\w*`;
/** For the `pattern` of an input. */
export const identifierPattern = `${email}|${username}`;
const emailOnly = new RegExp(`^${email}$`);
const usernameOnly = new RegExp(`^${username}$`);

export function identifierError(directory: Directory, identifier: Identifier): ErrorName | undefined {
  const { type, value } = identifier;
  if (value === '') return 'identifierRequired';
  if (type === 'email' && !emailOnly.test(value)) return 'emailInvalid';
  if (type !== 'email' && !usernameOnly.test(value)) return 'usernameInvalid';
  if (findByIdentifier(directory, identifier) === undefined) return undefined;
  return type === 'email' ? 'emailTaken' : 'usernameTaken';
}

/** Logto's default policy requires eight characters. */
export const shortestPassword = ({ settings }: Logto): number =>
  settings.signInExperience().passwordPolicy.length?.min ?? 8;

export function passwordError(logto: Logto, password: string): ErrorName | undefined {
  if (password === '') return 'passwordRequired';
  return password.length < shortestPassword(logto) ? 'passwordTooShort' : undefined;
}
