import { z } from 'zod';
import {
  attributes,
  bulkLimits,
  flagParameter,
  key,
  listParameter,
  paging,
  text,
  textParameter,
  userKey,
} from './common.ts';

const email = z.email().nullish();

export const userRoleCreate = z.strictObject({ role: z.string(), tenant: text, resource_instance: text });

export const userCreate = z.strictObject({
  key: userKey,
  email,
  first_name: text,
  last_name: text,
  attributes: attributes.nullish(),
  role_assignments: z.array(userRoleCreate).nullish(),
});

export const elementsLogin = z.strictObject({ user_id: z.string(), tenant_id: z.string() });

export const userUpdate = z.strictObject({
  email,
  first_name: text,
  last_name: text,
  attributes: attributes.nullish(),
});

export const userListQuery = z.object({
  ...paging,
  search: textParameter,
  role: textParameter,
  include_resource_instance_roles: flagParameter,
});

export const tenantCreate = z.strictObject({
  key,
  name: z.string(),
  description: text,
  attributes: attributes.nullish(),
});

export const tenantUpdate = z.strictObject({
  name: z.string().optional(),
  description: text,
  attributes: attributes.nullish(),
});

export const searchQuery = z.object({ ...paging, search: textParameter, include_total_count: flagParameter });

export const instanceCreate = z.strictObject({
  key,
  resource: z.string(),
  tenant: text,
  attributes: attributes.nullish(),
});

export const instanceUpdate = z.strictObject({ attributes: attributes.nullish() });

export const instanceListQuery = z.object({
  ...paging,
  tenant: textParameter,
  resource: textParameter,
  search: listParameter,
  detailed: flagParameter,
  include_total_count: flagParameter,
});

export const instanceGetQuery = z.object({ detailed: flagParameter });

export const assignment = z.strictObject({
  user: z.string(),
  role: z.string(),
  tenant: text,
  resource_instance: text,
});

export const assignments = z.array(assignment).max(bulkLimits.assignments);

export const assignmentListQuery = z.object({
  ...paging,
  user: listParameter,
  role: listParameter,
  tenant: listParameter,
  resource: textParameter,
  resource_instance: textParameter,
  detailed: flagParameter,
  include_total_count: flagParameter,
});

export const missingUserQuery = z.object({
  missing_user_policy: textParameter.pipe(z.enum(['fail', 'ignore', 'create']).optional()),
});

export const returnDeletedQuery = z.object({ return_deleted: flagParameter });

const tupleIdentity = { subject: z.string(), relation: z.string(), object: z.string() };

export const tupleCreate = z.strictObject({ ...tupleIdentity, tenant: text });
export const tupleDelete = z.strictObject(tupleIdentity);

export const tupleListQuery = z.object({
  ...paging,
  tenant: textParameter,
  subject: textParameter,
  relation: textParameter,
  object: textParameter,
  subject_type: textParameter,
  object_type: textParameter,
  detailed: flagParameter,
  include_total_count: flagParameter,
});

export const bulk = {
  users: z.strictObject({ operations: z.array(userCreate).max(bulkLimits.users) }),
  userIdents: z.strictObject({ idents: z.array(z.string()).max(bulkLimits.users) }),
  tenants: z.strictObject({ operations: z.array(tenantCreate).max(bulkLimits.tenants) }),
  tenantIdents: z.strictObject({ idents: z.array(z.string()).max(bulkLimits.tenants) }),
  instances: z.strictObject({ operations: z.array(instanceCreate).max(bulkLimits.other) }),
  instanceIdents: z.strictObject({ idents: z.array(z.string()).max(bulkLimits.other) }),
  tuples: z.strictObject({ operations: z.array(tupleCreate).max(bulkLimits.other) }),
  tupleIdents: z.strictObject({ idents: z.array(tupleDelete).max(bulkLimits.other) }),
};

export type UserCreate = z.output<typeof userCreate>;
export type UserUpdate = z.output<typeof userUpdate>;
export type UserListQuery = z.output<typeof userListQuery>;
export type TenantCreate = z.output<typeof tenantCreate>;
export type TenantUpdate = z.output<typeof tenantUpdate>;
export type InstanceCreate = z.output<typeof instanceCreate>;
export type InstanceListQuery = z.output<typeof instanceListQuery>;
export type Assignment = z.output<typeof assignment>;
export type AssignmentListQuery = z.output<typeof assignmentListQuery>;
export type TupleCreate = z.output<typeof tupleCreate>;
export type TupleDelete = z.output<typeof tupleDelete>;
export type TupleListQuery = z.output<typeof tupleListQuery>;
