import { z } from 'zod/v4';
import { listAll, pageSize } from '../../permit/list-all.ts';
import type { CallPermit } from '../../permit/permit-caller.ts';
import { rawApi } from './raw-api.ts';

/* What is said of users and instances in an environment. Each list is read page by page, and only the fields below are kept. */

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

/** Who holds a role in a tenant. @throws {PermitApiError} */
export async function holdersOfRole(call: CallPermit, role: string): Promise<AssignedRole[]> {
  const all = await listAssignments(call, { role });
  // A role on instances may have the same key.
  return all.filter((assignment) => assignment.resource_instance == null);
}

/** Who holds a role on an instance of the resource; all of its roles without `role`. @throws {PermitApiError} */
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

/** The relationship tuples whose object, or subject, is an instance of the resource. @throws {PermitApiError} */
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
