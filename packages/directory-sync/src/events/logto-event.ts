import { z } from 'zod';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Logto's ids have at most 21 characters. A longer text is not an id and would not fit into an index. */
const longestId = 128;
const longestEventName = 128;
/** The largest ECMAScript time value, in epoch milliseconds. */
const largestTime = 8.64e15;

/**
 * Returns a message about the first field of an event that cannot be used, or `undefined` if there is none. The message
 * omits the value, which may be personal data. Fields that sync does not read are not checked, because newer versions
 * of Logto add fields.
 */
export function malformedPart(event: LogtoEvent): string | undefined {
  if (event.event.length > longestEventName) return '`event` is too long to be a name.';
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
  const tooLong = ids.find(([, id]) => typeof id === 'string' && id.length > longestId);
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
 * Returns the complete user of the event, or `undefined` if the event has none (`/custom-data` sends only the custom
 * data in `data`).
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

/** Whether a header has the format of a signature: 64 lower-case hexadecimal digits. */
export function isSignature(header: string): boolean {
  return /^[0-9a-f]{64}$/.test(header);
}

/**
 * Whether `signature` is the signature of the body by one of the keys. Logto's signature is the HMAC-SHA256 of the raw
 * body in lower-case hex; the HMAC key is the signing key as UTF-8 text. Compares in constant time and always checks
 * every key.
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
