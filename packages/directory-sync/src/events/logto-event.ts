import { z } from 'zod';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** A longer text is not one of Logto's ids, which have at most 21 characters, and would not fit into an index. */
const maxIdLength = 128;
const maxEventNameLength = 128;
/** The largest ECMAScript time value, in epoch milliseconds. */
const largestTime = 8.64e15;

/**
 * A message about the first unusable field, without its value, which may be personal data. Ignores fields that sync
 * does not read: newer versions of Logto add some.
 */
export function malformedPart(event: LogtoEvent): string | undefined {
  if (event.event.length > maxEventNameLength) return '`event` is too long to be a name.';
  const data = objectOf(event.data);
  const ids: readonly (readonly [string, unknown])[] = [
    ['userId', event.userId],
    ['user.id', event.user?.id],
    ['params.userId', event.params?.userId],
    ['params.id', event.params?.id],
    ['organizationId', event.organizationId],
    ['data.id', data['id']],
    ...(event.addedUserIds ?? []).map((id) => ['addedUserIds', id] as const),
    ...(event.removedUserIds ?? []).map((id) => ['removedUserIds', id] as const),
  ];
  const tooLong = ids.find(([, id]) => typeof id === 'string' && id.length > maxIdLength);
  if (tooLong !== undefined) return `\`${tooLong[0]}\` is too long to be an id.`;
  const times: readonly (readonly [string, unknown])[] = [
    ['user.updatedAt', event.user?.updatedAt],
    ['data.updatedAt', event.event.startsWith('User.') ? data['updatedAt'] : undefined],
  ];
  const noTime = times.find(([, time]) => time !== undefined && time !== null && !isTime(time));
  return noTime === undefined ? undefined : `\`${noTime[0]}\` is not a time in milliseconds.`;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestTime;
}

/**
 * A user as Logto's webhooks and Management API return it. Name and email are null unless the sign-up collects them.
 * Times are in epoch milliseconds.
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
  customData: z.unknown().optional(),
});
export type LogtoUser = z.output<typeof LogtoUser>;

const ids = z.array(z.string()).nullish().catch(null);

/**
 * The body of a delivery. Interaction events (`Post*`) have the user in `user`; data events have an object in `data`,
 * which is a user only for `User.*`. `createdAt` is an ISO 8601 time.
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

/** The complete user of an event. `/custom-data` sends only the custom data. */
export function userOf(event: LogtoEvent): LogtoUser | undefined {
  if (event.user !== null && event.user !== undefined) return event.user;
  if (!event.event.startsWith('User.')) return undefined;
  const user = LogtoUser.safeParse(event.data).data;
  // Custom data may have its own `id`; the id in the request path is the user's.
  const idInPath = event.params?.userId;
  return idInPath === undefined || idInPath === user?.id ? user : undefined;
}

const TestData = z.object({ result: z.literal('success') });

/** Whether "Send test payload" in Logto's console sent the event. Only its sample values reveal that. */
export function isTestEvent(event: LogtoEvent): boolean {
  return (
    event.userId === 'fake-id' ||
    event.user?.id === 'fake-id' ||
    (event.userAgent === 'fake-user-agent' && TestData.safeParse(event.data).success)
  );
}

/** Whether a header has the format of a signature: 64 lower-case hexadecimal digits. */
export function isSignature(header: string): boolean {
  return /^[0-9a-f]{64}$/.test(header);
}

/**
 * Whether one of the keys (UTF-8) signs the body: HMAC-SHA256 of the raw bytes, in lower-case hex. Checks every key in
 * constant time.
 */
export function verifySignature(body: Buffer, signature: string, keys: readonly string[]): boolean {
  const given = Buffer.from(signature, 'utf8');
  return keys
    .map((key) => {
      const expected = Buffer.from(createHmac('sha256', key).update(body).digest('hex'), 'utf8');
      return expected.length === given.length && timingSafeEqual(expected, given);
    })
    .includes(true);
}
