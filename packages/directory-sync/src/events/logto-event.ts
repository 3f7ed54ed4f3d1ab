import { z } from 'zod';

/**
 * A user as Logto shows it, in webhooks and in the Management API. Only the id is sure to be there; name and email are
 * null unless collected. Times are epoch milliseconds.
 */
export const LogtoUser = z.looseObject({
  id: z.string().min(1),
  username: z.string().nullish(),
  primaryEmail: z.string().nullish(),
  name: z.string().nullish(),
  isSuspended: z.boolean().nullish(),
  updatedAt: z.number().nullish(),
});
export type LogtoUser = z.output<typeof LogtoUser>;

const ids = z.array(z.string()).nullish().catch(null);

/**
 * A delivery of Logto's, read leniently: newer versions add events and fields. The two shapes differ in where the user
 * is: interaction events (`Post*`) have `user`, data events have `data`, which is a user only for `User.*`.
 */
export const LogtoEvent = z.looseObject({
  // PostgreSQL keeps no NUL in a text, and no event of Logto's has one.
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

/** The whole user of the event; `undefined` when it carries none (`/custom-data` sends only that object in `data`). */
export function userOf(event: LogtoEvent): LogtoUser | undefined {
  if (event.user !== null && event.user !== undefined) return event.user;
  if (!event.event.startsWith('User.')) return undefined;
  const user = LogtoUser.safeParse(event.data).data;
  // Somebody's custom data may have an `id` too; the address says whose event it is.
  const named = event.params?.userId;
  return named === undefined || named === user?.id ? user : undefined;
}

const TestData = z.object({ result: z.literal('success') });

/** Logto's "send test payload" marks nothing as a test; these made-up values are all there is to know it by. */
export function isTestEvent(event: LogtoEvent): boolean {
  return (
    event.userId === 'fake-id' ||
    event.user?.id === 'fake-id' ||
    (event.userAgent === 'fake-user-agent' && TestData.safeParse(event.data).success)
  );
}
