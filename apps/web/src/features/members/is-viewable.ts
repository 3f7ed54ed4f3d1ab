import type { Member } from './member-types.ts';

/** Whether `viewer` could see the console as this member: the server answers the same. */
export function isViewable({ subject, kind, status }: Member, viewer: { readonly key: string }): boolean {
  return kind === 'person' && status !== 'suspended' && subject !== viewer.key;
}
