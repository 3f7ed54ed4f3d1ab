import { z } from 'zod';

/**
 * A user as returned by Logto's webhooks and Management API. Only the id is always present; name and email are null
 * unless the sign-up collects them. Times are in epoch milliseconds. Unknown fields are preserved.
 */
export const LogtoUser = z.looseObject({
  id: z.string().min(1),
  username: z.string().nullish(),
  primaryEmail: z.string().nullish(),
  name: z.string().nullish(),
  isSuspended: z.boolean().nullish(),
  updatedAt: z.number().nullish(),
  createdAt: z.number().nullish().catch(null),
  lastSignInAt: z.number().nullish().catch(null),
});
export type LogtoUser = z.output<typeof LogtoUser>;

const ids = z.array(z.string()).nullish().catch(null);

/**
 * The body of a webhook delivery, parsed leniently: newer versions of Logto add events and fields, and unknown fields
 * are preserved. There are two shapes. Interaction events (`Post*`) carry the user in `user`; data events carry an
 * object in `data`, which is a user only for `User.*`. `createdAt` is an ISO 8601 time. The known names are in
 * `logtoEventNames`.
 */
export const LogtoEvent = z.looseObject({
  // PostgreSQL cannot store NUL in text, and no Logto event name contains one.
  event: z.string().refine((name) => name !== '' && !name.includes('\0')),
  createdAt: z.string(),
  hookId: z.string().nullish(),
  userId: z.string().nullish(),
  user: LogtoUser.nullish().catch(null),
  params: z.looseObject({ userId: z.string().optional(), id: z.string().optional() }).nullish().catch(null),
  organizationId: z.string().nullish().catch(null),
  addedUserIds: ids,
  removedUserIds: ids,
  data: z.unknown().optional(),
});
export type LogtoEvent = z.output<typeof LogtoEvent>;

/**
 * Returns the complete user of the event, or `undefined` when it has none (`/custom-data` sends only the custom data in
 * `data`).
 */
export function userOf(event: LogtoEvent): LogtoUser | undefined {
  if (event.user !== null && event.user !== undefined) return event.user;
  if (!event.event.startsWith('User.')) return undefined;
  const user = LogtoUser.safeParse(event.data).data;
  // Custom data may have its own `id`; the id in the request path is the user's.
  const idInPath = event.params?.userId;
  return idInPath === undefined || idInPath === user?.id ? user : undefined;
}

const TestData = z.object({ result: z.literal('success') });

/**
 * Whether the event comes from "Send test payload" in Logto's console. Logto does not mark test events; they are
 * recognized by their sample values.
 */
export function isTestEvent(event: LogtoEvent): boolean {
  return (
    event.userId === 'fake-id' ||
    event.user?.id === 'fake-id' ||
    (event.userAgent === 'fake-user-agent' && TestData.safeParse(event.data).success)
  );
}
