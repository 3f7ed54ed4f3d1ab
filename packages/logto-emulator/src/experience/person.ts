import type { User } from '../directory/records.ts';

/** What a user is called, as well as is known. */
export const nameOf = (user: User): string =>
  user.name ?? user.username ?? user.primaryEmail ?? user.primaryPhone ?? user.id;

/** The letter that stands for a person or an application where there is no picture. */
export const initialOf = (name: string): string =>
  String.fromCodePoint(name.codePointAt(0) ?? 0x3f).toUpperCase();
