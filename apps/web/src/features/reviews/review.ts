import type { Outputs } from '../../api/trpc.ts';
import type { Translate } from '../../i18n/translate.ts';
import { isPermission, isSharedResource, isShown } from '../../policy.ts';
import { nameOf } from '../../shared/person.tsx';
import { roleName } from '../../shared/role-badge.tsx';
import { shortId } from '../../ui/copyable.tsx';

export type Review = Outputs['reviews']['get'];
export type ReviewSummary = Outputs['reviews']['list']['items'][number];
export type RowsPage = Outputs['reviews']['rows'];
export type ReviewRow = RowsPage['items'][number];
export type RowFlag = ReviewRow['flags'][number];
export type Decision = NonNullable<ReviewRow['decision']>;
export type Scope = Review['scope'];

/** "Editor", or "Owner of Q4 review". */
export function roleText(row: Pick<ReviewRow, 'role' | 'instance' | 'facts'>, t: Translate): string {
  const { role, instance, facts } = row;
  if (instance === null) return roleName(role, 'organization', t);
  const [resource = '', id = ''] = instance.split(':');
  const end = shortId(id);
  const title =
    facts.title ?? (isSharedResource(resource) ? t(`reviews.untitled.${resource}`, { id: end }) : end);
  return t('reviews.roleOn', { role: roleName(role, 'instance', t), title });
}

/** "Maya is Editor": names a row for screen readers and in confirmations. */
export function rowName(row: ReviewRow, t: Translate): string {
  return t('reviews.rowName', { name: nameOf({ ...row.facts, key: row.subject }), role: roleText(row, t) });
}

/** Leaves out permissions that the console does not show. */
export function permissionNames(permissions: readonly string[], t: Translate): string[] {
  return permissions
    .filter(isPermission)
    .filter(isShown)
    .map((permission) => t(`permission.${permission}`));
}

export function scopeText(scope: Scope, t: Translate): string {
  return scope.kind === 'instances' ? t(`reviews.scope.${scope.resource}`) : t(`reviews.scope.${scope.kind}`);
}

/** Every decision needs a reason, except to keep rows without flags. */
export function needsReason(rows: readonly ReviewRow[], decision: Decision): boolean {
  return decision !== 'keep' || rows.some(({ flags }) => flags.length > 0);
}

export function isOverdue({ status, dueAt }: Pick<ReviewSummary, 'status' | 'dueAt'>, now: number): boolean {
  return status === 'open' && Date.parse(dueAt) < now;
}

/** The codes of failed or impossible removals that have their own message. */
const failures = [
  'UNAVAILABLE',
  'ROLE_MANAGED_IN_LOGTO',
  'MEMBERSHIP_ROLE',
  'MEMBER_SUSPENDED',
  'LAST_ADMINISTRATOR',
  'ROLE_ENDING',
  'LAST_OWNER',
  'NEW_OWNER_INVALID',
  'SYNC_NOT_CONFIGURED',
] as const;

/** An unknown code is returned unchanged. */
export function failureText(code: string, t: Translate): string {
  const known = failures.find((one) => one === code || code.endsWith(`_${one}`));
  return known === undefined ? code : t(`reviews.failure.${known}`);
}
