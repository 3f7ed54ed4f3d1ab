import type { Operation, WantedUser } from '../plan/operation.ts';
import { sameGrant } from '../plan/managed-by-sync.ts';
import type { PermitState } from '../plan/plan.ts';
import type { PermitGrant, PermitUserState } from '../plan/states.ts';

/** A model of Permit: returns the state after an operation. @throws {Error} when Permit would refuse the operation */
export function modelPermit(state: PermitState, operation: Operation): PermitState {
  const users = new Map(state.users);
  const tenants = new Map(state.tenants);
  const userOf = (key: string): PermitUserState => present(users.get(key), `user ${key}`);
  const change = (user: WantedUser): void => {
    users.set(user.key, { ...userOf(user.key), ...user });
  };
  const requireTenants = (grants: readonly PermitGrant[]): void =>
    grants.forEach(({ tenant }) => present(tenants.get(tenant), `tenant ${tenant}`));
  switch (operation.kind) {
    case 'create-tenant':
      absent(tenants.get(operation.tenant.key), operation.tenant.key);
      tenants.set(operation.tenant.key, operation.tenant);
      break;
    case 'update-tenant':
      present(tenants.get(operation.tenant.key), operation.tenant.key);
      tenants.set(operation.tenant.key, operation.tenant);
      break;
    case 'delete-tenant':
      tenants.delete(operation.key);
      for (const user of users.values()) {
        users.set(user.key, {
          ...user,
          grants: user.grants.filter(({ tenant }) => tenant !== operation.key),
        });
      }
      break;
    case 'create-user': {
      const { user, grants } = operation;
      absent(users.get(user.key), user.key);
      requireTenants(grants);
      users.set(user.key, { ...user, lastName: null, grants, foreignTenants: new Set() });
      break;
    }
    case 'update-user':
    case 'clear-suspended-roles':
      change(operation.user);
      break;
    case 'delete-user':
      users.delete(operation.key);
      break;
    case 'assign': {
      const user = userOf(operation.user);
      requireTenants([operation.grant]);
      if (!user.grants.some((grant) => sameGrant(grant, operation.grant))) {
        users.set(user.key, { ...user, grants: [...user.grants, operation.grant] });
      }
      break;
    }
    case 'restore':
      return tenants.has(operation.grant.tenant)
        ? modelPermit(state, { ...operation, kind: 'assign' })
        : state;
    case 'unassign': {
      const user = userOf(operation.user);
      users.set(user.key, {
        ...user,
        grants: user.grants.filter((grant) => !sameGrant(grant, operation.grant)),
      });
      break;
    }
  }
  return { tenants, users };
}

function present<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`Permit does not have ${what}.`);
  return found;
}

function absent(found: unknown, what: string): void {
  if (found !== undefined) throw new Error(`Permit has ${what} already.`);
}
