import { applyPatch } from '../model/table.ts';
import { duplicate, notFound, PermitError } from '../errors.ts';
import type { Environment } from '../model/environment.ts';
import type { ResourceRecord, RoleRecord } from '../model/records.ts';
import type { RoleBlock, RoleCreate, RoleUpdate } from '../schemas/schema.ts';
import { readDerivation, resolveDerivation } from './derivations.ts';
import { resolvePermissions } from './permissions.ts';
import { holdersOf } from './removal.ts';

/** `undefined` for a tenant role. */
type Owner = ResourceRecord | undefined;

interface OwnedRole {
  readonly role: RoleRecord;
  readonly own?: Owner;
}

/** `own` is the resource in its future state. */
export function buildRole(
  env: Environment,
  { key, ...input }: RoleBlock & { key: string },
  own?: Owner,
): RoleRecord {
  return {
    ...env.stamp(),
    key,
    name: input.name,
    description: input.description ?? null,
    permissions: resolvePermissions(env, input.permissions ?? [], own),
    attributes: input.attributes ?? null,
    extends: input.extends ?? [],
    granted_to: resolveDerivation(env, input.granted_to, own),
  };
}

export function updatedRole(
  env: Environment,
  { role: before, own }: OwnedRole,
  input: RoleUpdate,
): RoleRecord {
  const { permissions, extends: parents, granted_to } = input;
  return applyPatch(before, {
    name: input.name,
    description: input.description,
    attributes: input.attributes,
    permissions: permissions == null ? undefined : resolvePermissions(env, permissions, own),
    extends: parents ?? undefined,
    granted_to: granted_to === undefined ? undefined : resolveDerivation(env, granted_to, own),
    updated_at: env.now(),
  });
}

/**
 * Refuses a role that extends a missing role or, at any depth, itself. `roleOf` must also find the role
 * itself.
 */
export function checkExtends(role: RoleRecord, roleOf: (key: string) => RoleRecord | undefined): void {
  const pending = [...role.extends];
  const seen = new Set<string>();
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    if (key === role.key) {
      throw new PermitError(
        'INVALID_INPUT',
        'A role cannot extend itself',
        `Role '${role.key}' extends itself`,
      );
    }
    const parent = roleOf(key);
    if (parent === undefined) throw notFound('Role', key);
    pending.push(...parent.extends);
  }
}

export function readRole(env: Environment, role: RoleRecord, own?: Owner): Record<string, unknown> {
  const { key, id, created_at, updated_at, granted_to, ...fields } = role;
  return {
    ...fields,
    granted_to: granted_to === null ? null : readDerivation(env, granted_to, own),
    v1compat_settings: null,
    v1compat_attributes: null,
    key,
    id,
    ...env.scope,
    ...(own !== undefined && { resource_id: own.id, resource: own.key }),
    created_at,
    updated_at,
  };
}

export function createRole(env: Environment, input: RoleCreate): RoleRecord {
  if (env.roles.has(input.key)) throw duplicate('role', input.key);
  const role = buildRole(env, input);
  checkExtends(role, (parent) => env.roles.get(parent));
  env.roles.put(role);
  return role;
}

export function updateRole(env: Environment, before: RoleRecord, input: RoleUpdate): RoleRecord {
  const role = updatedRole(env, { role: before }, input);
  checkExtends(role, (parent) => env.roles.get(parent));
  env.roles.put(role);
  return role;
}

export function deleteRole(env: Environment, role: RoleRecord): void {
  for (const tenant of env.tenants.values()) {
    for (const assignment of holdersOf(env, `__tenant:${tenant.key}`)) {
      if (assignment.role === role.key) env.assignments.delete(assignment);
    }
  }
  for (const other of env.roles.values()) {
    if (other.extends.includes(role.key)) env.roles.put(withoutParent(other, role.key));
  }
  env.roles.delete(role);
}

function withoutParent(role: RoleRecord, parent: string): RoleRecord {
  return { ...role, extends: role.extends.filter((key) => key !== parent) };
}

function grant(env: Environment, { role, own }: OwnedRole, permissions: readonly string[]): RoleRecord {
  const added = resolvePermissions(env, permissions, own);
  return { ...role, permissions: [...new Set([...role.permissions, ...added])], updated_at: env.now() };
}

function revoke(env: Environment, { role, own }: OwnedRole, permissions: readonly string[]): RoleRecord {
  const removed = new Set(resolvePermissions(env, permissions, own));
  return {
    ...role,
    permissions: role.permissions.filter((permission) => !removed.has(permission)),
    updated_at: env.now(),
  };
}

export const permissionChanges = [
  ['POST', grant],
  ['DELETE', revoke],
] as const;
