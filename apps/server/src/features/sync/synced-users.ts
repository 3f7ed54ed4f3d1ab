import type { SyncedUser } from '@latchkey/directory-sync';

/** A user as both directories had them. */
export interface ReadUser extends SyncedUser {
  /** When the directories began to be asked. */
  readonly readAt: Date;
}

/** Told of users while sync reads and changes them, so that somebody can keep what is needed of all. No method rejects. */
export interface SyncedUsers {
  readonly onUsers: (users: readonly ReadUser[]) => Promise<void>;
  /** A run over the whole directory begins. */
  readonly openReading: () => DirectoryReading;
}

/** Told of all users, page by page. */
export interface DirectoryReading {
  readonly add: (users: readonly SyncedUser[]) => Promise<void>;
  /** All users were told. Not called when the run fails. */
  readonly finish: () => Promise<void>;
}
