import { z } from 'zod';

/** A user as Logto's webhooks carry it. Only the id is sure to be there; name and email are null unless collected. */
const User = z.looseObject({
  id: z.string().min(1),
  username: z.string().nullish(),
  primaryEmail: z.string().nullish(),
  name: z.string().nullish(),
});
export type LogtoUser = z.output<typeof User>;

/**
 * A delivery of Logto's, read leniently: newer versions add events and fields. The two shapes differ in where the user
 * is: interaction events (`Post*`) have `user`, data events have `data`, which is a user only for `User.*`.
 */
export const LogtoEvent = z.looseObject({
  event: z.string().min(1),
  createdAt: z.string(),
  hookId: z.string().nullish(),
  userId: z.string().nullish(),
  user: User.nullish().catch(null),
  data: z.unknown().optional(),
});
export type LogtoEvent = z.output<typeof LogtoEvent>;

/** The whole user of the event; `undefined` when it carries none (`/custom-data` sends only that object in `data`). */
export function userOf(event: LogtoEvent): LogtoUser | undefined {
  if (event.user !== null && event.user !== undefined) return event.user;
  if (!event.event.startsWith('User.')) return undefined;
  return User.safeParse(event.data).data;
}

/** Logto's "send test payload" marks nothing as a test; these made-up values are all there is to know it by. */
export function isTestEvent(event: LogtoEvent): boolean {
  const data = z.object({ result: z.literal('success') }).safeParse(event.data);
  return (
    event.userId === 'fake-id' ||
    event.user?.id === 'fake-id' ||
    (data.success && event.userAgent === 'fake-user-agent')
  );
}
