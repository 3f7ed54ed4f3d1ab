import { z } from 'zod/v4';
import { permitPath, type PermitClient } from '../../permit/client/permit-client.ts';

/* Reads facts about users and instances in an environment, page by page, and keeps only the fields below. */

export const AssignmentResponse = z.object({
  user: z.string(),
  role: z.string(),
  tenant: z.string(),
  resource_instance: z.string().nullish(),
});
const InstanceResponse = z.object({
  key: z.string(),
  resource: z.string(),
  tenant: z.string().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});
export const TupleResponse = z.object({
  subject: z.string(),
  relation: z.string(),
  object: z.string(),
  tenant: z.string(),
});

/** In a tenant, or on the instance `resource_instance` (`reports:q3`). */
export type AssignedRole = z.output<typeof AssignmentResponse>;
export type Instance = z.output<typeof InstanceResponse>;
/** `subject` and `object` are instances. */
export type Tuple = z.output<typeof TupleResponse>;

/** @throws {PermitApiError} */
export async function holdersOfRole(client: PermitClient, role: string): Promise<AssignedRole[]> {
  const all = await client.list(permitPath`/facts/role_assignments?role=${role}`, AssignmentResponse);
  // Leaves out instance roles, which can have the same key.
  return all.filter((assignment) => assignment.resource_instance == null);
}

/**
 * All instance roles of the resource if `role` is absent.
 * @throws {PermitApiError}
 */
export function holdersOnInstances(
  client: PermitClient,
  resource: string,
  role?: string,
): Promise<AssignedRole[]> {
  const query = new URLSearchParams({ resource, ...(role !== undefined && { role }) });
  return client.list(`/facts/role_assignments?${query.toString()}`, AssignmentResponse);
}

/** @throws {PermitApiError} */
export function instancesOf(client: PermitClient, resource: string): Promise<Instance[]> {
  return client.list(permitPath`/facts/resource_instances?resource=${resource}`, InstanceResponse);
}

/**
 * Those whose object or subject is an instance of the resource.
 * @throws {PermitApiError}
 */
export function tuplesOf(
  client: PermitClient,
  side: { readonly object_type: string; readonly relation?: string } | { readonly subject_type: string },
): Promise<Tuple[]> {
  const query = new URLSearchParams({ ...side });
  return client.list(`/facts/relationship_tuples?${query.toString()}`, TupleResponse);
}
