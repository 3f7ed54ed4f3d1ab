import type { Identity } from '../../authentication/identity.ts';
import type { PermissionsFor } from '../../directory/decisions.ts';
import { AppError } from '../../platform/app-error.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { ruleOf, type ApprovalRules } from './approval-rule.ts';
import type { GrantWorkerDeps } from './grant-worker.ts';
import type { RequestWithGrant } from './request-store.ts';
import type { TargetColumns } from './target.ts';

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

export interface DeciderDeps extends Pick<GrantWorkerDeps, 'accountOf'> {
  readonly permissionsFor: PermissionsFor;
  readonly rules: ApprovalRules;
}

/** Of the users who approved a request, those who can no longer decide it. @throws {AuthorizationUnavailableError} */
export async function lapsedApprovers(
  { permissionsFor, accountOf, rules }: DeciderDeps,
  request: RequestWithGrant,
): Promise<string[]> {
  const { tenant, approvals } = request;
  const lapsed = approvals.map(async ({ by: subject }) => {
    const [account, [may]] = await Promise.all([
      accountOf(subject),
      mayDecide(permissionsFor({ subject, tenant }), rules, [request]),
    ]);
    return may === true && (account?.status ?? 'active') === 'active' ? [] : [subject];
  });
  return (await Promise.all(lapsed)).flat();
}

/** Whether the requester is the caller or an actor for them. */
export function isOwn({ requester }: RequestWithGrant, { subject, actors = [] }: Identity): boolean {
  return requester === subject || actors.includes(requester);
}

export function hasApproved({ status, approvals }: RequestWithGrant, { subject }: Identity): boolean {
  return status === 'open' && approvals.some(({ by }) => by === subject);
}

export function requireOther(request: RequestWithGrant, identity: Identity): void {
  if (isOwn(request, identity)) throw new AppError('OWN_REQUEST', 'Users cannot decide their own requests.');
}
