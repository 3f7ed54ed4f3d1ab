import type { Member } from './member-types.ts';

/** Whether `viewer` can view the console as this member, by the same rule as the server. */
export function isViewable({ subject, kind, status }: Member, viewer: { readonly key: string }): boolean {
  return kind === 'person' && status !== 'suspended' && subject !== viewer.key;
}
