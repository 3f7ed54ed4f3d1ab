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

/** Times are ISO 8601. */
export interface Notification {
  /** The same in every response. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly at: string;
  readonly isRead: boolean;
  readonly roles: readonly string[];
  /** The report, collection or access review; `null` for roles in the tenant. `title` is `null` if it is hidden. */
  readonly on: { readonly resource: string; readonly id: string; readonly title: string | null } | null;
  /** `null` if it was not a user, but for example sync or the end of a grant. */
  readonly by: NamedPerson | null;
  readonly request: string | null;
  /** For `ends-soon`, the end of the role; for `to-review`, the due date. */
  readonly endsAt: string | null;
}

export type NotificationItem = Pick<Notification, 'id' | 'kind' | 'roles' | 'request' | 'endsAt'> & {
  readonly at: Date;
  /** Without `title`, the current title is shown if the reader may read it. */
  readonly on: { readonly resource: string; readonly id: string; readonly title?: string } | null;
  /** The Permit key of the user. */
  readonly by: string | null;
};

const MarkChange = z.object({ tenant: z.string(), subject: z.string() });
export type MarkChange = z.output<typeof MarkChange>;

export const marksTopic = { name: 'notification-marks', schema: MarkChange };
