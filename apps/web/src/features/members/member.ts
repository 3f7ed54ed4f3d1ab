import type { Outputs } from '../../api/trpc.ts';

export type MembersPage = Outputs['members']['list'];
export type Member = MembersPage['members'][number];
export type MemberRole = Member['roles'][number];
export type MemberCounts = Outputs['members']['counts'];
export type RolePreview = Outputs['members']['preview'];

export type MemberDetails = Outputs['members']['get'];
export type PersonAccess = Outputs['person']['access'];

/** By the same rule as the server. */
export function isViewable({ subject, kind, status }: Member, viewer: { readonly key: string }): boolean {
  return kind === 'person' && status !== 'suspended' && subject !== viewer.key;
}
