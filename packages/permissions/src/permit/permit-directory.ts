import type { UserCreate, UserRead } from 'permitio';
import type { Invalidation } from './invalidations.ts';
import { createPermitCaller, PermitApiError, type PermitManagementOptions } from './permit-caller.ts';

export interface DirectoryUser {
  /** Letters, digits and `|@+-._` (Permit's pattern for user keys). */
  readonly key: string;
  readonly email?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** Permit's user attributes, replaced as a whole; left as they are when absent. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

export interface Grant {
  readonly role: string;
  readonly tenant: string;
}

export interface Member {
  readonly key: string;
  /** First and last name; the user name where there is none. */
  readonly name: string | null;
  readonly email: string | null;
  /** Tenant roles only, in alphabetical order. */
  readonly roles: readonly string[];
}

/** Permit's directory, as far as Latchkey writes and reads it. Every method rejects with `PermitApiError`. */
export interface PermitDirectory {
  /**
   * A user that is new gets `grant` in the very call that creates them, so there is no moment without it and no second
   * grant later: for a user that is there already, only email and names are brought up to date.
   */
  provisionUser(user: DirectoryUser, grant: Grant): Promise<'created' | 'updated'>;
  /** A tenant role, or a role on an instance (`reports:<id>`, which Permit creates when it is new). */
  assignRole(
    assignment: Grant & { readonly user: string; readonly instance?: string },
  ): Promise<'assigned' | 'already'>;
  unassignRole(
    assignment: Grant & { readonly user: string; readonly instance?: string },
  ): Promise<'removed' | 'absent'>;
  /** Takes an instance (`reports:<id>`) and every role on it away. */
  removeInstance(instance: string): Promise<'removed' | 'absent'>;
  /** Everyone with a role in the tenant. */
  listMembers(tenant: string): Promise<Member[]>;
}

const pageSize = 100;

export interface PermitDirectoryOptions extends PermitManagementOptions {
  /**
   * Told what every write touches, once it has been tried: after a failure, nobody knows whether Permit carried it out.
   * Give it to `PermitDecider.invalidate`, so that no answer from before serves on.
   */
  readonly onChange?: (invalidated: Invalidation) => void;
}

export function createPermitDirectory({
  onChange = () => {},
  ...options
}: PermitDirectoryOptions): PermitDirectory {
  const call = createPermitCaller(options);
  const changing = async <Done>(invalidated: Invalidation, run: () => Promise<Done>): Promise<Done> => {
    try {
      return await run();
    } finally {
      onChange(invalidated);
    }
  };

  return {
    provisionUser: (user, grant) =>
      changing({ subject: user.key }, async () => {
        const details = detailsOf(user);
        const created = await unless(409, undefined, () =>
          call(`create user ${user.key}`, (permit) =>
            permit.api.users.create({ key: user.key, ...details, role_assignments: [grant] }),
          ),
        );
        if (created !== undefined) return 'created';
        await call(`update user ${user.key}`, (permit) => permit.api.users.update(user.key, details));
        return 'updated';
      }),

    assignRole: ({ user, role, tenant, instance }) =>
      changing({ subject: user }, () =>
        unless(409, 'already' as const, async () => {
          const resource = instance === undefined ? {} : { resource_instance: instance };
          await call(`assign ${role} to ${user}`, (permit) =>
            permit.api.roleAssignments.assign({ user, role, tenant, ...resource }),
          );
          return 'assigned' as const;
        }),
      ),

    unassignRole: ({ user, role, tenant, instance }) =>
      changing({ subject: user }, () =>
        unless(404, 'absent' as const, async () => {
          const resource = instance === undefined ? {} : { resource_instance: instance };
          await call(`unassign ${role} from ${user}`, (permit) =>
            permit.api.roleAssignments.unassign({ user, role, tenant, ...resource }),
          );
          return 'removed' as const;
        }),
      ),

    removeInstance: (instance) =>
      changing({ instance }, () =>
        unless(404, 'absent' as const, async () => {
          await call(`remove ${instance}`, (permit) => permit.api.resourceInstances.delete(instance));
          return 'removed' as const;
        }),
      ),

    async listMembers(tenant) {
      const members: Member[] = [];
      for (let page = 1; ; page++) {
        // oxlint-disable-next-line no-await-in-loop -- only a page tells whether there is another
        const { data } = await call(`list the members of ${tenant}`, (permit) =>
          permit.api.tenants.listTenantUsers({ tenantKey: tenant, page, perPage: pageSize }),
        );
        members.push(...data.map((user) => memberOf(user, tenant)).filter(({ roles }) => roles.length > 0));
        if (data.length < pageSize) break;
      }
      return members;
    },
  };
}

function memberOf(user: UserRead, tenant: string): Member {
  const fullName = [user.first_name, user.last_name]
    .filter((part) => part !== undefined && part !== null)
    .join(' ');
  return {
    key: user.key,
    name: fullName === '' ? usernameOf(user) : fullName,
    email: user.email ?? null,
    roles: tenantRoles(user, tenant),
  };
}

function tenantRoles({ roles = [] }: UserRead, tenant: string): string[] {
  return roles
    .filter((role) => role.tenant === tenant)
    .map((role) => role.role)
    .toSorted();
}

function usernameOf({ attributes = {} }: UserRead): string | null {
  return 'username' in attributes && typeof attributes.username === 'string' ? attributes.username : null;
}

/** Runs, and answers `otherwise` when Permit answered with that status. */
async function unless<Done, Other>(
  status: number,
  otherwise: Other,
  run: () => Promise<Done>,
): Promise<Done | Other> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PermitApiError && error.status === status) return otherwise;
    throw error;
  }
}

/** Absent values are left out: sent as null they would erase what Permit has. */
function detailsOf({ email, firstName, lastName, attributes }: DirectoryUser): Omit<UserCreate, 'key'> {
  return {
    ...(email === undefined ? {} : { email }),
    ...(firstName === undefined ? {} : { first_name: firstName }),
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}
