import { ruleOf, type ApprovalRules } from './approval-rule.ts';
import type { TargetColumns } from './target.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';

type Callers = SignedIn['permissions'];
type Asked = Pick<TargetColumns, 'role' | 'resource' | 'instance'>;

/** The permission to decide a request for an instance. */
export function sharingOf(resource: string | null): 'reports:share' | 'collections:share' {
  return resource === 'collections' ? 'collections:share' : 'reports:share';
}

/**
 * For each target, whether the caller can decide its requests: with the permission of its rule in the tenant, and those
 * for a report or a collection also with `reports:share` or `collections:share` on it. One round trip.
 */
export async function mayDecide(
  permissions: Pick<Callers, 'checkMany'>,
  rules: ApprovalRules,
  targets: readonly Asked[],
): Promise<boolean[]> {
  const permissionOf = (target: Asked) => ruleOf(rules, target).decidedWith;
  const inTenant = [...new Set(targets.map(permissionOf))];
  const shared = targets.flatMap(({ resource, instance }) =>
    instance === null ? [] : [{ permission: sharingOf(resource), on: instance }],
  );
  const decisions = await permissions.checkMany([
    ...inTenant.map((permission) => ({ permission, on: undefined })),
    ...shared,
  ]);
  const isAllowed = (index: number): boolean => decisions[index]?.outcome === 'allow';
  const allowed = new Set(inTenant.filter((_, index) => isAllowed(index)));
  const sharable = new Set(
    shared.flatMap(({ on }, index) => (isAllowed(inTenant.length + index) ? [on] : [])),
  );
  return targets.map(
    (target) =>
      allowed.has(permissionOf(target)) || (target.instance !== null && sharable.has(target.instance)),
  );
}

/** The reports and collections that a user may share. */
export async function sharable(permissions: Pick<Callers, 'list'>) {
  const [reports, collections] = await Promise.all([
    permissions.list('reports:share'),
    permissions.list('collections:share'),
  ]);
  return { reports, collections };
}

/** @throws {PermissionDeniedError} when the caller cannot decide requests for the target */
export async function requireDecider(
  permissions: Callers,
  rules: ApprovalRules,
  target: Asked,
): Promise<void> {
  const { resource, instance } = target;
  if (instance === null) return permissions.require(ruleOf(rules, target).decidedWith, undefined);
  const [may] = await mayDecide(permissions, rules, [target]);
  if (may !== true) await permissions.require(sharingOf(resource), instance);
}
