import { z } from 'zod';
import {
  attributes,
  bulkLimits,
  flagParameter,
  key,
  listParameter,
  paging,
  pagingQuery,
  text,
  textParameter,
  userKey,
} from './common.ts';

export const userRoleCreate = z.strictObject({ role: z.string(), tenant: text, resource_instance: text });

export const userUpdate = z.strictObject({
  email: z.email().nullish(),
  first_name: text,
  last_name: text,
  attributes: attributes.nullish(),
});

export const userCreate = userUpdate.extend({
  key: userKey,
  role_assignments: z.array(userRoleCreate).nullish(),
});

export const userInviteCreate = z.strictObject({
  key: userKey,
  status: z.enum(['pending', 'approved']),
  email: z.email(),
  first_name: z.string(),
  last_name: z.string(),
  role_id: z.string(),
  tenant_id: z.string(),
  resource_instance_id: text,
});

export const userInviteApproval = z.strictObject({ email: z.email(), key: userKey, attributes });

export const userInviteListQuery = z.object({
  ...paging,
  search: textParameter,
  role: textParameter,
  tenant: textParameter,
});

export const elementsLogin = z.strictObject({ user_id: z.string(), tenant_id: z.string() });

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

export const tenantUpdate = tenantCreate.omit({ key: true }).partial();

export const searchQuery = pagingQuery.extend({ search: textParameter, include_total_count: flagParameter });

export const instanceCreate = z.strictObject({
  key,
  resource: z.string(),
  tenant: text,
  attributes: attributes.nullish(),
});

export const instanceUpdate = z.strictObject({ attributes: attributes.nullish() });

const listing = { ...paging, detailed: flagParameter, include_total_count: flagParameter };

export const instanceListQuery = z.object({
  ...listing,
  tenant: textParameter,
  resource: textParameter,
  search: listParameter,
});

export const instanceGetQuery = z.object({ detailed: flagParameter });

export const assignment = userRoleCreate.extend({ user: z.string() });

export const assignments = z.array(assignment).max(bulkLimits.assignments);

export const assignmentListQuery = z.object({
  ...listing,
  user: listParameter,
  role: listParameter,
  tenant: listParameter,
  resource: textParameter,
  resource_instance: textParameter,
});

export const missingUserQuery = z.object({
  missing_user_policy: textParameter.pipe(z.enum(['fail', 'ignore', 'create']).optional()),
});

export const returnDeletedQuery = z.object({ return_deleted: flagParameter });

export const tupleDelete = z.strictObject({
  subject: z.string(),
  relation: z.string(),
  object: z.string(),
});
export const tupleCreate = tupleDelete.extend({ tenant: text });

export const tupleListQuery = z.object({
  ...listing,
  tenant: textParameter,
  subject: textParameter,
  relation: textParameter,
  object: textParameter,
  subject_type: textParameter,
  object_type: textParameter,
});

const operations = <T extends z.ZodType>(items: T, limit: number) =>
  z.strictObject({ operations: z.array(items).max(limit) });
const idents = <T extends z.ZodType>(items: T, limit: number) =>
  z.strictObject({ idents: z.array(items).max(limit) });

export const bulk = {
  users: operations(userCreate, bulkLimits.users),
  userIdents: idents(z.string(), bulkLimits.users),
  tenants: operations(tenantCreate, bulkLimits.tenants),
  tenantIdents: idents(z.string(), bulkLimits.tenants),
  instances: operations(instanceCreate, bulkLimits.other),
  instanceIdents: idents(z.string(), bulkLimits.other),
  tuples: operations(tupleCreate, bulkLimits.other),
  tupleIdents: idents(tupleDelete, bulkLimits.other),
};

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

const mappingRule = z.strictObject({
  url: z.string(),
  url_type: z.enum(['regex']).nullish(),
  http_method: z.enum(methods),
  resource: z.string(),
  headers: z.record(z.string(), z.string()).nullish(),
  action: z.string().nullish(),
  priority: z.int().nullish(),
});

const authMechanism = z.enum(['Bearer', 'Basic', 'Headers']);
const secret = z.union([z.string(), attributes]);

export const proxyConfigCreate = z.strictObject({
  key,
  name: z.string(),
  secret,
  mapping_rules: z.array(mappingRule).optional(),
  auth_mechanism: authMechanism.optional(),
});

export const proxyConfigUpdate = proxyConfigCreate.omit({ key: true }).partial();

export type UserCreate = z.output<typeof userCreate>;
export type UserUpdate = z.output<typeof userUpdate>;
export type UserInviteCreate = z.output<typeof userInviteCreate>;
export type UserInviteListQuery = z.output<typeof userInviteListQuery>;
export type UserListQuery = z.output<typeof userListQuery>;
export type TenantCreate = z.output<typeof tenantCreate>;
export type TenantUpdate = z.output<typeof tenantUpdate>;
export type InstanceCreate = z.output<typeof instanceCreate>;
export type InstanceUpdate = z.output<typeof instanceUpdate>;
export type InstanceListQuery = z.output<typeof instanceListQuery>;
export type Assignment = z.output<typeof assignment>;
export type AssignmentListQuery = z.output<typeof assignmentListQuery>;
export type TupleCreate = z.output<typeof tupleCreate>;
export type TupleDelete = z.output<typeof tupleDelete>;
export type TupleListQuery = z.output<typeof tupleListQuery>;
export type MappingRuleInput = z.output<typeof mappingRule>;
export type ProxyConfigCreate = z.output<typeof proxyConfigCreate>;
export type ProxyConfigUpdate = z.output<typeof proxyConfigUpdate>;
