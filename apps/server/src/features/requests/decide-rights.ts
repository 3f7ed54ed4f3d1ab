import type { PolicyPermissions } from '@latchkey/permissions';
import type { policy } from '@latchkey/policy';
import type { TargetColumns } from './target.ts';

type Callers = PolicyPermissions<typeof policy>;

/**
 * For each target, whether the caller may decide requests for it: all with `requests:decide` in the tenant, those about a
 * report also with `reports:share` on it. One round trip.
 */
export async function mayDecide(
  permissions: Pick<Callers, 'checkMany'>,
  targets: readonly Pick<TargetColumns, 'instance'>[],
): Promise<boolean[]> {
  const shared = targets.flatMap(({ instance }) => (instance === null ? [] : [instance]));
  const [inTenant, ...onReports] = await permissions.checkMany([
    { permission: 'requests:decide' },
    ...shared.map((on) => ({ permission: 'reports:share' as const, on })),
  ]);
  const decidesAll = inTenant?.outcome === 'allow';
  const sharable = new Set(shared.filter((_, index) => onReports[index]?.outcome === 'allow'));
  return targets.map(({ instance }) => decidesAll || (instance !== null && sharable.has(instance)));
}

/** @throws {PermissionDeniedError} when the caller may not decide requests for the target */
export async function requireDecider(
  permissions: Callers,
  { instance }: Pick<TargetColumns, 'instance'>,
): Promise<void> {
  if (instance === null) return permissions.require('requests:decide');
  const [may] = await mayDecide(permissions, [{ instance }]);
  if (may !== true) await permissions.require('reports:share', instance);
}
