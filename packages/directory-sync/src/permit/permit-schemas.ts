import { z } from 'zod';
import type { PermitGrant, PermitTenantState, PermitUserState } from '../plan/states.ts';

const Attributes = z.record(z.string(), z.unknown()).nullish();
const text = z.string().nullish();

export const UserRead = z.object({
  key: z.string(),
  email: text,
  first_name: text,
  last_name: text,
  attributes: Attributes,
  roles: z.array(z.object({ role: z.string(), tenant: z.string() })).nullish(),
  associated_tenants: z
    .array(
      z.object({
        tenant: z.string(),
        resource_instance_roles: z
          .array(z.object({ resource: z.string(), resource_instance: z.string(), role: z.string() }))
          .nullish(),
      }),
    )
    .nullish(),
});

export const TenantRead = z.object({
  key: z.string(),
  name: z.string(),
  description: text,
  attributes: Attributes,
});

export const AssignmentRead = z.object({
  user: z.string(),
  role: z.string(),
  tenant: z.string(),
  resource_instance: text,
  created_at: text,
});

/** One set for all users: there may be a hundred thousand. */
const none: ReadonlySet<string> = new Set();

export function userState(user: z.output<typeof UserRead>): PermitUserState {
  const onInstances = (user.associated_tenants ?? []).flatMap(({ tenant, resource_instance_roles: roles }) =>
    (roles ?? []).map(({ role, resource, resource_instance: key }): PermitGrant => ({
      role,
      tenant,
      instance: `${resource}:${key}`,
    })),
  );
  return {
    key: user.key,
    email: user.email ?? null,
    firstName: user.first_name ?? null,
    lastName: user.last_name ?? null,
    attributes: user.attributes ?? {},
    grants: [...(user.roles ?? []).map(({ role, tenant }) => ({ role, tenant })), ...onInstances],
    foreignTenants: none,
  };
}

export function tenantState(tenant: z.output<typeof TenantRead>): PermitTenantState {
  const { key, name, description = null, attributes } = tenant;
  return { key, name, description, attributes: attributes ?? {} };
}
