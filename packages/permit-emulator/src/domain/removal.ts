import type { Environment } from '../model/environment.ts';
import {
  objectOf,
  type AssignmentRecord,
  type InstanceRecord,
  type TenantRecord,
  type UserRecord,
} from '../model/records.ts';
import { naturalKey } from '../model/records.ts';
import { assignmentsOf } from './assignments.ts';
import { findInstance, findTenant, findUser } from './find.ts';

/* Deletions, with the facts that depend on the deleted object. */

export function holdersOf({ index, assignments }: Environment, object: string): AssignmentRecord[] {
  const found: AssignmentRecord[] = [];
  for (const [user, roles] of index.holdersOf(object)) {
    for (const role of roles) {
      const assignment = assignments.get(naturalKey(user, role, object));
      if (assignment !== undefined) found.push(assignment);
    }
  }
  return found;
}

/** Deletes the instance with its role assignments and relationship tuples. */
export function removeInstance(env: Environment, instance: InstanceRecord): void {
  const object = objectOf(instance);
  for (const assignment of holdersOf(env, object)) env.assignments.delete(assignment);
  for (const tuple of new Set(env.index.tuples.tuplesOf(object))) env.tuples.delete(tuple);
  env.instances.delete(instance);
}

/** Deletes the tenant with its role assignments and instances. */
export function removeTenant(env: Environment, tenant: TenantRecord): void {
  for (const assignment of holdersOf(env, `__tenant:${tenant.key}`)) env.assignments.delete(assignment);
  for (const instance of env.instances.values()) {
    if (instance.tenant === tenant.key) removeInstance(env, instance);
  }
  env.tenants.delete(tenant);
}

/** Deletes the user with their role assignments. */
export function removeUser(env: Environment, user: UserRecord): void {
  for (const assignment of assignmentsOf(env, user.key)) env.assignments.delete(assignment);
  env.users.delete(user);
}

export function deleteUser(env: Environment, keyOrId: string): void {
  removeUser(env, findUser(env, keyOrId));
}

export function deleteInstance(env: Environment, ident: string): void {
  removeInstance(env, findInstance(env, ident));
}

export function deleteTenant(env: Environment, keyOrId: string): void {
  removeTenant(env, findTenant(env, keyOrId));
}
