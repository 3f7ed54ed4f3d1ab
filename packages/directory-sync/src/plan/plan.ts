import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { tenantKey, userKey } from '../mapping/permit-key.ts';
import { phases, type Operation } from './operation.ts';
import { isManagedBySync, originAttribute } from './managed-by-sync.ts';
import { planGone, planUser } from './plan-user.ts';
import type { LogtoOrganization, LogtoUserState, PermitTenantState, PermitUserState } from './states.ts';
import { isDeepStrictEqual } from 'node:util';

export interface LogtoDirectory {
  readonly users: Iterable<LogtoUserState>;
  readonly organizations: Iterable<LogtoOrganization>;
}

export interface PermitState {
  readonly users: ReadonlyMap<string, PermitUserState>;
  readonly tenants: ReadonlyMap<string, PermitTenantState>;
}

/** Permit's users whom Logto has not matched yet, by key. */
interface Unmatched {
  get(key: string): PermitUserState | undefined;
  delete(key: string): boolean;
  values(): Iterable<PermitUserState>;
}

/** Plans page by page, so that memory holds only the differences. */
export interface Planner {
  user(state: LogtoUserState): {
    readonly present: PermitUserState | undefined;
    readonly operations: Operation[];
  };
  /** All operations in order. Call it after the last user. */
  finish(): Operation[];
}

/** Deletes nothing that sync never wrote. Removes users from `permit.users` as it compares them. */
export function createPlanner(
  organizations: Iterable<LogtoOrganization>,
  permit: { readonly users: Unmatched; readonly tenants: PermitState['tenants'] },
  mapping: DirectoryMapping,
): Planner {
  const operations: Operation[] = [];
  const tenants = new Set<string>();
  for (const organization of organizations) {
    const key = tenantKey(organization.id);
    tenants.add(key);
    operations.push(...planOrganization(organization, permit.tenants.get(key)));
  }
  const others = [...permit.tenants.values()].filter(({ key }) => !tenants.has(key));
  const foreignTenants = new Set(others.filter((one) => !isManagedBySync(one)).map(({ key }) => key));
  return {
    user(state) {
      const key = userKey(state.user.id);
      const present = permit.users.get(key);
      permit.users.delete(key);
      const planned = planUser(state, present && { ...present, foreignTenants }, mapping);
      operations.push(...planned);
      return { present, operations: planned };
    },
    finish() {
      operations.push(...others.flatMap(planGoneOrganization));
      operations.push(...[...permit.users.values()].flatMap(planGone));
      return inOrder(operations);
    },
  };
}

/**
 * All operations that make Permit match Logto, in the order to apply them. Deletes only what sync wrote. Pure and total.
 */
export function plan(logto: LogtoDirectory, permit: PermitState, mapping: DirectoryMapping): Operation[] {
  const planner = createPlanner(logto.organizations, { ...permit, users: new Map(permit.users) }, mapping);
  for (const state of logto.users) planner.user(state);
  return planner.finish();
}

export function inOrder(operations: readonly Operation[]): Operation[] {
  const byKind = Map.groupBy(operations, ({ kind }) => kind);
  return phases.flatMap((kind) => byKind.get(kind) ?? []);
}

export function planOrganization(
  organization: LogtoOrganization,
  permit: PermitTenantState | undefined,
): Operation[] {
  const tenant = {
    key: tenantKey(organization.id),
    name: organization.name,
    description: organization.description ?? null,
    attributes: { ...permit?.attributes, [originAttribute]: organization.id },
  };
  if (permit === undefined) return [{ kind: 'create-tenant', tenant }];
  return isDeepStrictEqual(tenant, permit) ? [] : [{ kind: 'update-tenant', tenant }];
}

/** Deletes the tenant with all roles and instances in it, if sync has written it. */
export function planGoneOrganization(permit: PermitTenantState | undefined): Operation[] {
  return permit === undefined || !isManagedBySync(permit) ? [] : [{ kind: 'delete-tenant', key: permit.key }];
}
