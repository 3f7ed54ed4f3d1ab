import type { World } from '@latchkey/permit-engine';
import type { z } from 'zod';
import type { localAssignmentsQuery } from '../schemas/pdp.ts';

interface LocalAssignment {
  readonly user: string;
  readonly role: string;
  readonly tenant: string | undefined;
  readonly resource_instance?: string;
}

type Filters = z.output<typeof localAssignmentsQuery>;

function* assignments(world: World, users: Iterable<string>): Generator<LocalAssignment> {
  for (const user of users) {
    const facts = world.user(user);
    for (const [tenant, roles] of facts?.tenantRoles ?? [])
      for (const role of roles) yield { user, role, tenant };
    for (const [object, roles] of facts?.instanceRoles ?? []) {
      const tenant = world.resourceInstance(object)?.tenant;
      for (const role of roles) yield { user, role, tenant, resource_instance: object };
    }
  }
}

/** The role assignments that have reached the PDP, sorted. The vendor hides its own role `tenant-association`. */
export function localAssignments(world: World, filters: Filters): LocalAssignment[] {
  const { user, role, tenant, resource, resource_instance, page = 1, per_page = 30 } = filters;
  const found = [...assignments(world, user === undefined ? world.userKeys() : [user])].filter(
    (assignment) =>
      assignment.role !== 'tenant-association' &&
      (role === undefined || assignment.role === role) &&
      (tenant === undefined || assignment.tenant === tenant) &&
      (resource === undefined || assignment.resource_instance?.startsWith(`${resource}:`) === true) &&
      (resource_instance === undefined || assignment.resource_instance === resource_instance),
  );
  const keys = new Map(found.map((assignment) => [assignment, sortKey(assignment)]));
  const sorted = found.toSorted((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1));
  return sorted.slice((page - 1) * per_page, page * per_page);
}

function sortKey({ user, role, tenant = '', resource_instance = '' }: LocalAssignment): string {
  return [user, role, tenant, resource_instance].join('\n');
}
