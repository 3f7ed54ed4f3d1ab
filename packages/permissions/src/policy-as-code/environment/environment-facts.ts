import { z } from 'zod/v4';
import { listAll, pageSize } from '../../permit/list-all.ts';
import type { CallPermit } from '../../permit/permit-caller.ts';
import { rawApi } from './raw-api.ts';

/* Facts about users and instances in an environment. Lists are read page by page, reduced to the fields below. */

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

/** A role that a user holds: in a tenant, or on the instance `resource_instance` (`reports:q3`). */
export type AssignedRole = z.output<typeof AssignmentResponse>;
/** An instance of a resource. */
export type Instance = z.output<typeof InstanceResponse>;
/** A relationship tuple: `subject` and `object` are instances. */
export type Tuple = z.output<typeof TupleResponse>;

/** The assignments of a tenant role. @throws {PermitApiError} */
export async function holdersOfRole(call: CallPermit, role: string): Promise<AssignedRole[]> {
  const all = await listAssignments(call, { role });
  // An instance role can have the same key.
  return all.filter((assignment) => assignment.resource_instance == null);
}

/** The assignments of an instance role of the resource; of all its roles without `role`. @throws {PermitApiError} */
export function holdersOnInstances(
  call: CallPermit,
  resource: string,
  role?: string,
): Promise<AssignedRole[]> {
  return listAssignments(call, { resource, ...(role !== undefined && { role }) });
}

/** The instances of a resource. @throws {PermitApiError} */
export function instancesOf(call: CallPermit, resource: string): Promise<Instance[]> {
  return listAll(call, {
    operation: `list instances of ${resource}`,
    item: InstanceResponse,
    run: (permit, page) => permit.api.resourceInstances.list({ resource, page, perPage: pageSize }),
  });
}

/** The relationship tuples whose object or subject is an instance of the resource. @throws {PermitApiError} */
export function tuplesOf(
  call: CallPermit,
  side: { readonly objectType: string; readonly relation?: string } | { readonly subjectType: string },
): Promise<Tuple[]> {
  return listAll(call, {
    operation: 'list relationship tuples',
    item: TupleResponse,
    run: (permit, page) => permit.api.relationshipTuples.list({ ...side, page, perPage: pageSize }),
  });
}

function listAssignments(
  call: CallPermit,
  filter: { readonly role?: string; readonly resource?: string },
): Promise<AssignedRole[]> {
  return listAll(call, {
    operation: 'list role assignments',
    item: AssignmentResponse,
    // The SDK's method cannot filter by resource.
    run: (permit, page) =>
      rawApi(permit).get('facts', 'role_assignments', { ...filter, page, per_page: pageSize }),
  });
}
