import type { LogtoEvent } from './logto-event.ts';

/** Logto's ids have at most 21 characters. A longer text is not an id and would not fit into an index. */
const longestId = 128;
const longestEventName = 128;
/** The largest ECMAScript time value, in epoch milliseconds. */
const largestTime = 8.64e15;

/**
 * Returns the first field of an event that cannot be used, with the reason, or `undefined`. The message omits the
 * value, which may be personal data. Fields that sync does not read are not checked, because newer versions of Logto
 * add fields.
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
