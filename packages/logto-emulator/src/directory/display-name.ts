import type { User } from './records.ts';

/** The best known display name of a user. */
export const nameOf = (user: User): string =>
  user.name ?? user.username ?? user.primaryEmail ?? user.primaryPhone ?? user.id;

/** The letter that is shown instead of a picture of a user or application. */
export const initialOf = (name: string): string =>
  String.fromCodePoint(name.codePointAt(0) ?? 0x3f).toUpperCase();
