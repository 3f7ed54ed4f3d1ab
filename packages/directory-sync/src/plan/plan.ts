import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { tenantKey, userKey } from '../mapping/permit-key.ts';
import { phases, type Operation } from './operation.ts';
import { isManagedBySync } from './managed-by-sync.ts';
import { planGoneOrganization, planOrganization } from './plan-organization.ts';
import { planGone, planUser } from './plan-user.ts';
import type { LogtoOrganization, LogtoUserState, PermitTenantState, PermitUserState } from './states.ts';

export interface LogtoDirectory {
  readonly users: Iterable<LogtoUserState>;
  readonly organizations: Iterable<LogtoOrganization>;
}

export interface PermitState {
  /** By key. */
  readonly users: ReadonlyMap<string, PermitUserState>;
  readonly tenants: ReadonlyMap<string, PermitTenantState>;
}

/** Permit's users by key, of whom those are taken out who were seen on both sides. */
interface Unmatched {
  get(key: string): PermitUserState | undefined;
  delete(key: string): boolean;
  values(): Iterable<PermitUserState>;
}

/** Plans page by page: what was seen on both sides is forgotten at once, so only what differs is kept. */
export interface Planner {
  user(state: LogtoUserState): void;
  /** Everything, when every user was seen, in an order in which it can be done. */
  finish(): Operation[];
}

/**
 * Compares with what Permit has. What sync never wrote and Logto does not have is somebody else's, and stays.
 * `permit.users` is used up.
 */
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
      operations.push(...planUser(state, present && { ...present, foreignTenants }, mapping));
    },
    finish() {
      operations.push(...others.filter(isManagedBySync).flatMap(planGoneOrganization));
      operations.push(...[...permit.users.values()].filter(isManagedBySync).flatMap(planGone));
      return inOrder(operations);
    },
  };
}

/** Everything that makes Permit's directory that of Logto, in an order in which it can be done. Pure and total. */
export function plan(logto: LogtoDirectory, permit: PermitState, mapping: DirectoryMapping): Operation[] {
  const planner = createPlanner(logto.organizations, { ...permit, users: new Map(permit.users) }, mapping);
  for (const state of logto.users) planner.user(state);
  return planner.finish();
}

export function inOrder(operations: readonly Operation[]): Operation[] {
  const byKind = Map.groupBy(operations, ({ kind }) => kind);
  return phases.flatMap((kind) => byKind.get(kind) ?? []);
}
