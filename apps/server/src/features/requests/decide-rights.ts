import type { TargetColumns } from './target.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';

type Callers = SignedIn['permissions'];
type Instance = Pick<TargetColumns, 'resource' | 'instance'>;

/** The permission to decide a request for an instance. */
export function sharingOf(resource: string | null): 'reports:share' | 'collections:share' {
  return resource === 'collections' ? 'collections:share' : 'reports:share';
}

/**
 * For each target, whether the caller can decide its requests: all with `requests:decide` in the tenant, and those for
 * a report or a collection also with `reports:share` or `collections:share` on it. One round trip.
 */
export async function mayDecide(
  permissions: Pick<Callers, 'checkMany'>,
  targets: readonly Instance[],
): Promise<boolean[]> {
  const shared = targets.flatMap(({ resource, instance }) =>
    instance === null ? [] : [{ permission: sharingOf(resource), on: instance }],
  );
  const [inTenant, ...onInstances] = await permissions.checkMany([
    { permission: 'requests:decide' },
    ...shared,
  ]);
  const decidesAll = inTenant?.outcome === 'allow';
  const sharable = new Set(
    shared.flatMap(({ on }, index) => (onInstances[index]?.outcome === 'allow' ? [on] : [])),
  );
  return targets.map(({ instance }) => decidesAll || (instance !== null && sharable.has(instance)));
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
export async function requireDecider(permissions: Callers, { resource, instance }: Instance): Promise<void> {
  if (instance === null) return permissions.require('requests:decide');
  const [may] = await mayDecide(permissions, [{ resource, instance }]);
  if (may !== true) await permissions.require(sharingOf(resource), instance);
}
