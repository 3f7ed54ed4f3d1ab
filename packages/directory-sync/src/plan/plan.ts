import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { tenantKey, userKey } from '../mapping/permit-key.ts';
import { phases, type Operation } from './operation.ts';
import { isOurs } from './ours.ts';
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

/**
 * Everything that makes Permit's directory that of Logto, in an order in which it can be done. What sync never wrote and
 * Logto does not have is somebody else's, and stays.
 */
export function plan(logto: LogtoDirectory, permit: PermitState, mapping: DirectoryMapping): Operation[] {
  const operations: Operation[] = [];
  const tenants = new Set<string>();
  for (const organization of logto.organizations) {
    const key = tenantKey(organization.id);
    tenants.add(key);
    operations.push(...planOrganization(organization, permit.tenants.get(key)));
  }
  const unmarked = [...permit.tenants.values()].filter((one) => !isOurs(one) && !tenants.has(one.key));
  const foreignTenants = new Set(unmarked.map(({ key }) => key));
  const users = new Set<string>();
  for (const state of logto.users) {
    const key = userKey(state.user.id);
    users.add(key);
    const present = permit.users.get(key);
    operations.push(...planUser(state, present && { ...present, foreignTenants }, mapping));
  }
  const gone = [...permit.tenants.values()].filter((one) => isOurs(one) && !tenants.has(one.key));
  operations.push(...gone.flatMap(planGoneOrganization));
  const leavers = [...permit.users.values()].filter((one) => isOurs(one) && !users.has(one.key));
  operations.push(...leavers.flatMap(planGone));
  return inOrder(operations);
}

export function inOrder(operations: readonly Operation[]): Operation[] {
  const byKind = Map.groupBy(operations, ({ kind }) => kind);
  return phases.flatMap((kind) => byKind.get(kind) ?? []);
}
