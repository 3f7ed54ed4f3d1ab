import { fold, type Directory } from './directory.ts';
import type { User } from './records.ts';

/** Finds a user by id, username, email or phone number. */
export function findUser(directory: Directory, name: string): User | undefined {
  return (
    directory.users.get(name) ??
    directory.users.findBy('username', name)[0] ??
    directory.users.findBy('email', fold(name) ?? '')[0] ??
    directory.users.findBy('phone', name)[0]
  );
}
