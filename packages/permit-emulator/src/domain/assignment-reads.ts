import type { Environment } from '../model/environment.ts';
import type { AssignmentRecord } from '../model/records.ts';

export function readAssignment(env: Environment, assignment: AssignmentRecord): Record<string, unknown> {
  const { id, user, user_id, role, tenant, resource_instance, created_at } = assignment;
  const instance = resource_instance === null ? undefined : env.instances.get(resource_instance);
  const owner =
    instance === undefined ? env.roles.get(role) : env.resources.get(instance.resource)?.roles[role];
  return {
    id,
    user,
    role,
    tenant,
    resource_instance,
    resource_instance_id: instance?.id ?? null,
    user_id,
    role_id: owner?.id,
    tenant_id: env.tenants.get(tenant)?.id,
    ...env.scope,
    created_at,
  };
}

export function readDetailedAssignment(
  env: Environment,
  assignment: AssignmentRecord,
): Record<string, unknown> {
  const { id, created_at, resource_instance } = assignment;
  const user = env.users.get(assignment.user);
  const tenant = env.tenants.get(assignment.tenant);
  const instance = resource_instance === null ? undefined : env.instances.get(resource_instance);
  const role =
    instance === undefined
      ? env.roles.get(assignment.role)
      : env.resources.get(instance.resource)?.roles[assignment.role];
  return {
    id,
    role: { id: role?.id, key: assignment.role, name: role?.name, permissions: role?.permissions },
    user: {
      id: assignment.user_id,
      key: assignment.user,
      email: user?.email ?? null,
      first_name: user?.first_name ?? null,
      last_name: user?.last_name ?? null,
      attributes: user?.attributes ?? {},
    },
    tenant: {
      id: tenant?.id,
      key: assignment.tenant,
      name: tenant?.name,
      attributes: tenant?.attributes ?? {},
    },
    resource_instance: instance
      ? { id: instance.id, key: instance.key, resource: instance.resource, attributes: instance.attributes }
      : null,
    ...env.scope,
    created_at,
  };
}
