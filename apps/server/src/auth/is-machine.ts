import { originAttribute } from '@latchkey/directory-sync';
import type { DirectoryAccount } from '@latchkey/permissions/permit';

/** Sync writes no machines, and `latchkey grant` gives them neither an email address nor a username. */
export function isMachine({ email, attributes }: Pick<DirectoryAccount, 'email' | 'attributes'>): boolean {
  return email === null && attributes[originAttribute] === undefined && attributes['username'] === undefined;
}
