import { maxListKeys } from '@latchkey/permissions';
import { drizzleWhere } from '@latchkey/permissions/drizzle';
import type { AppPermission, ApprovalRule } from '@latchkey/policy';
import { and, eq, inArray, isNotNull, isNull, notInArray, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Identity } from '../../authentication/identity.ts';
import type { Accounts } from '../../directory/accounts.ts';
import { unlessTooMany, type PermissionsFor } from '../../directory/decisions.ts';
import { sharedResources, type SharedResource } from '../../directory/shared-resources.ts';
import { AppError } from '../../platform/app-error.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { EndedRoles } from './ended-roles.ts';
import type { RequestWithGrant } from './request-store.ts';
import { accessRequests } from './tables.ts';
import type { TargetColumns } from './target.ts';

/** Approval rules by role. Default: the rules in `@latchkey/policy`. */
export type ApprovalRules = Readonly<Record<string, ApprovalRule>>;

export interface Rule {
  readonly decidedWith: AppPermission;
  /** The maximum duration in seconds; null for no maximum. */
  readonly maxDuration: number | null;
  readonly approvals: 1 | 2;
}

const day = 86_400;

/** Roles on instances have the default rule; in addition, users who can share the instance can decide. */
export function ruleOf(
  rules: ApprovalRules,
  { role, instance }: Pick<TargetColumns, 'role' | 'instance'>,
): Rule {
  const {
    decidedWith = 'requests:decide',
    maxDays,
    approvals = 1,
  } = (instance === null ? rules[role] : undefined) ?? {};
  return { decidedWith, maxDuration: maxDays === undefined ? null : maxDays * day, approvals };
}

export function otherDecidingPermissions(rules: ApprovalRules): AppPermission[] {
  const named = Object.values(rules).flatMap(({ decidedWith }) => decidedWith ?? []);
  return [...new Set(named)].filter((permission) => permission !== 'requests:decide');
}

type Callers = SignedIn['permissions'];
type Asked = Pick<TargetColumns, 'role' | 'resource' | 'instance'>;

export function sharingOf(resource: string | null): 'reports:share' | 'collections:share' {
  return resource === 'collections' ? 'collections:share' : 'reports:share';
}

/** Besides the permission of its rule, permission to share an instance allows deciding. Takes one round trip. */
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

/** The condition for requests that the caller can see: all, or those for reports and collections that they may share. */
export async function visibleTo(db: NodePgDatabase, caller: SignedIn): Promise<SQL | undefined> {
  if ((await caller.permissions.check('requests:view')).outcome === 'allow') return undefined;
  return isSharableBy(db, caller);
}

/** The condition for requests that the caller can decide, as in `mayDecide`. Excludes their own. */
export async function decidableBy(
  db: NodePgDatabase,
  caller: SignedIn,
  rules: ApprovalRules,
): Promise<SQL | undefined> {
  const { identity, permissions } = caller;
  const { subject, actors = [] } = identity;
  const { requester, role, instance } = accessRequests;
  const named = ['requests:decide' as const, ...otherDecidingPermissions(rules)];
  const decisions = await permissions.checkMany(named.map((permission) => ({ permission, on: undefined })));
  const allowed = new Set(named.filter((_, index) => decisions[index]?.outcome === 'allow'));
  const isDefault = allowed.has('requests:decide');
  const exceptions = Object.keys(rules).filter(
    (name) => allowed.has(ruleOf(rules, { role: name, instance: null }).decidedWith) !== isDefault,
  );
  return and(
    notInArray(requester, [subject, ...actors]),
    isDefault
      ? or(isNotNull(instance), notInArray(role, exceptions))
      : or(and(isNull(instance), inArray(role, exceptions)), await isSharableBy(db, caller)),
  );
}

async function isSharableBy(db: NodePgDatabase, caller: SignedIn): Promise<SQL | undefined> {
  const { resource } = accessRequests;
  const conditions = sharedResources.map(async (one) =>
    and(eq(resource, one), await sharableOf(db, caller, one)),
  );
  return or(...(await Promise.all(conditions)));
}

/** If the caller can share more instances than a plan supports, the instances that were requested are checked. */
async function sharableOf(
  db: NodePgDatabase,
  { identity: { tenant }, permissions }: SignedIn,
  resource: SharedResource,
): Promise<SQL> {
  const { tenant: tenantOf, resource: resourceOf, instance } = accessRequests;
  const permission = sharingOf(resource);
  const plan = await unlessTooMany(permissions.list(permission));
  if (plan !== undefined) return drizzleWhere(plan, { tenant: tenantOf, id: instance });
  const requested = await db
    .selectDistinct({ id: sql<string>`${instance}` })
    .from(accessRequests)
    .where(and(eq(tenantOf, tenant), eq(resourceOf, resource)))
    .limit(maxListKeys);
  const sharable = await permissions.filter(permission, requested, ({ id }) => id);
  return inArray(
    instance,
    sharable.map(({ id }) => id),
  );
}

/** Requires that the caller can decide requests for the target. @throws {PermissionDeniedError} */
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

export interface DeciderDeps extends Pick<Accounts, 'isActive'>, Pick<EndedRoles, 'admit'> {
  readonly permissionsFor: PermissionsFor;
  readonly rules: ApprovalRules;
}

/**
 * Returns the users who approved the request but can no longer decide it.
 * @throws {AuthorizationUnavailableError}
 * @throws {AppError} `AUTHORIZATION_UNAVAILABLE` if it cannot be confirmed that an approver's ended role is removed
 */
export async function lapsedApprovers(
  { permissionsFor, isActive, admit, rules }: DeciderDeps,
  request: RequestWithGrant,
): Promise<string[]> {
  const { tenant, approvals } = request;
  const lapsed = approvals.map(async ({ by: subject }) => {
    // First, because the grant of a suspended user ends only after the suspension.
    if (!(await isActive(subject))) return [subject];
    await admit({ subject });
    const [may] = await mayDecide(permissionsFor({ subject, tenant }), rules, [request]);
    return may === true ? [] : [subject];
  });
  return (await Promise.all(lapsed)).flat();
}

/** Whether the requester is the caller or an actor in the caller's token. */
export function isOwn({ requester }: RequestWithGrant, { subject, actors = [] }: Identity): boolean {
  return requester === subject || actors.includes(requester);
}

export function hasApproved({ status, approvals }: RequestWithGrant, { subject }: Identity): boolean {
  return status === 'open' && approvals.some(({ by }) => by === subject);
}

export function requireOther(request: RequestWithGrant, identity: Identity): void {
  if (isOwn(request, identity)) throw new AppError('OWN_REQUEST', 'Users cannot decide their own requests.');
}
