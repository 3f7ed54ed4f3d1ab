import type { SyncedUser } from '@latchkey/directory-sync';

/** A user as read from both directories. */
export interface ReadUser extends SyncedUser {
  /** When the read of the directories began. */
  readonly readAt: Date;
}

/** Receives users that sync reads and changes, to store what features need. No method rejects. */
export interface SyncedUsers {
  readonly onUsers: (users: readonly ReadUser[]) => Promise<void>;
  /** Called when a run over the whole directory begins. */
  readonly openReading: () => DirectoryReading;
}

/** Receives all users, page by page. */
export interface DirectoryReading {
  readonly add: (users: readonly SyncedUser[]) => Promise<void>;
  /** Called after all users, but not when the run fails. */
  readonly finish: () => Promise<void>;
}
