import { z } from 'zod';
import {
  attributes,
  flagParameter,
  listParameter,
  numberParameter,
  paging,
  textParameter,
} from './common.ts';

/*
 * Unknown fields are ignored, because clients send whole user records. `null` and an empty resource key count
 * as absent. Only the PDP's Rust service refuses `attributes: null`, and `context: null` except in
 * `/user-permissions` and AuthZEN (pdp-server/src/opa_client/*.rs); horizon, its Python service, and OPA
 * accept them.
 */

const keys = z.array(z.string()).nullish();
const context = attributes.nullish();

export const pdpUser = z.object({ key: z.string(), attributes: attributes.nullish() });

export const pdpResource = z.object({
  type: z.string(),
  key: z.string().nullish(),
  tenant: z.string().nullish(),
  attributes: attributes.nullish(),
});

const rustUser = pdpUser.extend({ attributes: attributes.optional() });
const rustResource = pdpResource.extend({
  attributes: attributes.optional(),
  context: attributes.optional(),
});

export const horizonQuery = z.object({
  user: pdpUser,
  action: z.string(),
  resource: pdpResource,
  context,
});

/** Only OPA reads `use_debugger`. The services in front of it replace the client's value. */
export const opaQuery = horizonQuery.extend({ use_debugger: z.boolean().nullish() });

export const authorizationQuery = horizonQuery.extend({
  user: rustUser,
  resource: rustResource,
  context: attributes.optional(),
});

export const bulkQuery = z.array(authorizationQuery);

export const userPermissionsQuery = z.object({
  user: rustUser,
  tenants: keys,
  resources: keys,
  resource_types: keys,
  context,
});

export const authorizedUsersQuery = authorizationQuery.omit({ user: true });

export const userTenantsQuery = z.object({ user: pdpUser, context });

export const urlQuery = z.object({
  user: pdpUser,
  http_method: z.string(),
  url: z.string(),
  tenant: z.string(),
  context,
});

export const localAssignmentsQuery = z.object({
  ...paging,
  user: textParameter,
  role: textParameter,
  tenant: textParameter,
  resource: textParameter,
  resource_instance: textParameter,
});

const seconds = numberParameter(z.int().optional());

export const auditLogQuery = z.object({
  ...paging,
  pdp_id: textParameter,
  users: listParameter,
  resources: listParameter,
  decision: flagParameter,
  tenant: textParameter,
  action: textParameter,
  /** Unix time in seconds, both ends included. */
  timestamp_from: seconds,
  timestamp_to: seconds,
  sort_by: textParameter.pipe(z.enum(['None', 'timestamp']).optional()),
});

export type AuthorizationQueryInput = z.output<typeof opaQuery>;
export type AuditLogQuery = z.output<typeof auditLogQuery>;
