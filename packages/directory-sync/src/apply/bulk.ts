import type { Operation } from '../plan/operation.ts';
import type { PermitWrites } from '../permit/permit-facts.ts';

/** Applies many operations of one kind in one call. */
export interface BulkCall {
  /**
   * The maximum number of operations per call. Source: Permit docs, Bulk limits,
   * https://docs.permit.io/how-to/bulk-operations.
   */
  readonly size: number;
  readonly run: (operations: readonly Operation[], writes: PermitWrites) => Promise<void>;
}

const sizes = { users: 3_000, tenants: 2_000, assignments: 2_000 };

function only<Kind extends Operation['kind']>(
  operations: readonly Operation[],
  kind: Kind,
): Extract<Operation, { kind: Kind }>[] {
  return operations.filter((one): one is Extract<Operation, { kind: Kind }> => one.kind === kind);
}

const calls: Partial<Record<Operation['kind'], BulkCall>> = {
  'create-tenant': {
    size: sizes.tenants,
    run: (all, writes) => writes.createTenants(only(all, 'create-tenant').map(({ tenant }) => tenant)),
  },
  'delete-tenant': {
    size: sizes.tenants,
    run: (all, writes) => writes.deleteTenants(only(all, 'delete-tenant').map(({ key }) => key)),
  },
  'create-user': {
    size: sizes.users,
    run: (all, writes) => writes.createUsers(only(all, 'create-user')),
  },
  'update-user': { size: sizes.users, run: (all, writes) => writes.replaceUsers(only(all, 'update-user')) },
  'clear-suspended-roles': {
    size: sizes.users,
    run: (all, writes) => writes.replaceUsers(only(all, 'clear-suspended-roles')),
  },
  assign: { size: sizes.assignments, run: (all, writes) => writes.assignAll(only(all, 'assign')) },
  unassign: { size: sizes.assignments, run: (all, writes) => writes.unassignAll(only(all, 'unassign')) },
  // Permit's bulk deletion can leave role assignments behind (seen in the bulk test of permit-python): a user created
  // later with the same key would hold them. So the assignments are removed first.
  'delete-user': {
    size: sizes.users,
    async run(all, writes) {
      const users = only(all, 'delete-user');
      const held = users.flatMap(({ key, grants }) => grants.map((grant) => ({ user: key, grant })));
      for (let start = 0; start < held.length; start += sizes.assignments) {
        await writes.unassignAll(held.slice(start, start + sizes.assignments)); // oxlint-disable-line no-await-in-loop -- calls share one rate limit
      }
      await writes.deleteUsers(users.map(({ key }) => key));
    },
  },
};

/** Returns the bulk call for a kind of operation, or `undefined` when Permit has none. */
export function bulkOf(kind: Operation['kind']): BulkCall | undefined {
  return calls[kind];
}
