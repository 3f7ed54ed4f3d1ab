import type { NamedPerson } from '../../auth/people.ts';

export const notificationKinds = [
  'approved',
  'refused',
  'role-given',
  'role-taken',
  'share-given',
  'share-taken',
  'role-ended',
  'viewed-as',
  'ends-soon',
  'to-decide',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** Something that happened to somebody's access, or that waits for them. Times are ISO 8601. */
export interface Notification {
  /** The same whenever it is read. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly at: string;
  readonly isRead: boolean;
  /** The roles that it is about. */
  readonly roles: readonly string[];
  /** The report or the collection that they are on; `title` is `null` when the reader may not read it. `null`: in the tenant. */
  readonly on: { readonly resource: string; readonly id: string; readonly title: string | null } | null;
  /** Who did it, or who asks; `null`: nobody, such as sync or the end of a grant. */
  readonly by: NamedPerson | null;
  /** The access request that it belongs to. */
  readonly request: string | null;
  /** Of `ends-soon`. */
  readonly endsAt: string | null;
}

/** Before names and titles are known. */
export type NotificationItem = Pick<Notification, 'id' | 'kind' | 'roles' | 'request' | 'endsAt'> & {
  readonly at: Date;
  readonly on: { readonly resource: string; readonly id: string } | null;
  /** A key in Permit. */
  readonly by: string | null;
};
