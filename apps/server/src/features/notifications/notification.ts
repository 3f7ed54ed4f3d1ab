import { z } from 'zod';
import type { NamedPerson } from '../../directory/people.ts';

export type NotificationKind =
  | 'approved'
  | 'refused'
  | 'role-given'
  | 'role-taken'
  | 'share-given'
  | 'share-taken'
  | 'role-ended'
  | 'viewed-as'
  | 'ends-soon'
  | 'to-decide'
  | 'to-review';

/** A change of a user's access, or a task for them. Times are ISO 8601. */
export interface Notification {
  /** Stable across reads. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly at: string;
  readonly isRead: boolean;
  /** The affected roles. */
  readonly roles: readonly string[];
  /**
   * The report or collection of the roles, or the access review; `title` is `null` when the reader may not read it.
   * `null`: in the tenant.
   */
  readonly on: { readonly resource: string; readonly id: string; readonly title: string | null } | null;
  /** The actor or requester; `null`: no user, for example sync or the end of a grant. */
  readonly by: NamedPerson | null;
  /** The related access request. */
  readonly request: string | null;
  /** For `ends-soon`; the due date for `to-review`. */
  readonly endsAt: string | null;
}

/** Without names and titles. */
export type NotificationItem = Pick<Notification, 'id' | 'kind' | 'roles' | 'request' | 'endsAt'> & {
  readonly at: Date;
  /** Default of `title`: the current title, if the reader may read it. */
  readonly on: { readonly resource: string; readonly id: string; readonly title?: string } | null;
  /** A Permit key. */
  readonly by: string | null;
};

const MarkChange = z.object({ tenant: z.string(), subject: z.string() });
/** A user has read notifications. */
export type MarkChange = z.output<typeof MarkChange>;

export const marksTopic = { name: 'notification-marks', schema: MarkChange };
