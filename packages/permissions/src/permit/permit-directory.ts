import type { UserCreate, UserRead } from 'permitio';
import type { Invalidation } from './invalidations.ts';
import { createPermitCaller, type PermitManagementOptions } from './permit-caller.ts';
import { valueOnStatus } from './value-on-status.ts';

/** A user to create or update in Permit. */
export interface DirectoryUser {
  /** Letters, digits and `|@+-._` (Permit's pattern for user keys). */
  readonly key: string;
  /** Default: the stored value does not change. */
  readonly email?: string | undefined;
  /** Default: the stored value does not change. */
  readonly firstName?: string | undefined;
  /** Default: the stored value does not change. */
  readonly lastName?: string | undefined;
  /** Permit's user attributes, replaced as a whole. Default: the stored attributes do not change. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** A role in a tenant. */
export interface Grant {
  /** The role key. */
  readonly role: string;
  /** The tenant key. */
  readonly tenant: string;
}

/** A user with at least one role in a tenant. */
export interface Member extends DirectoryAccount {
  /** Tenant roles only, in alphabetical order. */
  readonly roles: readonly string[];
}

/** A user in Permit. */
export interface DirectoryAccount {
  /** The user's key in Permit. */
  readonly key: string;
  /** First and last name; if absent, the attribute `username`; otherwise null. */
  readonly name: string | null;
  /** Null if Permit has none. */
  readonly email: string | null;
  /** Permit's user attributes. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A user's role in a tenant or on an instance. */
interface Assignment extends Grant {
  /** The user's key in Permit. */
  readonly user: string;
  /** The instance as `resource:key`, for an instance role. Default: a tenant role. */
  readonly instance?: string;
}

/** A link between two instances: `collections:q4` is the `parent` of `reports:1`. */
export interface InstanceLink {
  /** `resource:key`. */
  readonly subject: string;
  readonly relation: string;
  /** `resource:key`. */
  readonly object: string;
}

/** Reads and writes Permit's directory. Every method rejects with `PermitApiError`. */
export interface PermitDirectory {
  /**
   * Creates a user with `grant`, in one call: the user never exists without the role. For an existing user, updates
   * only email, names and attributes, and does not grant `grant` again.
   */
  provisionUser(user: DirectoryUser, grant: Grant): Promise<'created' | 'updated'>;
  /** Assigns a role to a user. Permit creates the instance if it does not exist. */
  assignRole(assignment: Assignment): Promise<'assigned' | 'already'>;
  /** Removes a role assignment. */
  unassignRole(assignment: Assignment): Promise<'removed' | 'absent'>;
  /** Deletes an instance (`resource:key`) and every role on it. */
  removeInstance(instance: string): Promise<'removed' | 'absent'>;
  /** Links two instances of a tenant. Permit creates instances that do not exist. */
  link(link: InstanceLink, tenant: string): Promise<'linked' | 'already'>;
  unlink(link: InstanceLink): Promise<'removed' | 'absent'>;
  /** One user; `undefined` if Permit has no user with this key. */
  findUser(key: string): Promise<DirectoryAccount | undefined>;
  /** All users with a role in the tenant. */
  listMembers(tenant: string): Promise<Member[]>;
}

const pageSize = 100;

/** Options of `createPermitDirectory`. */
export interface PermitDirectoryOptions extends PermitManagementOptions {
  /**
   * Called after every write attempt with the affected scope, including failed ones: Permit may have carried them out.
   * Pass it to `PermitDecider.invalidate`, so that no outdated decision is used. Optional.
   */
  readonly onChange?: (invalidated: Invalidation) => void;
}

/** Reads and writes Permit's directory with the official SDK. Does not retry. */
export function createPermitDirectory({
  onChange = () => {},
  ...options
}: PermitDirectoryOptions): PermitDirectory {
  const call = createPermitCaller(options);
  const write = async <Result>(invalidated: Invalidation, run: () => Promise<Result>): Promise<Result> => {
    try {
      return await run();
    } finally {
      onChange(invalidated);
    }
  };

  return {
    provisionUser: (user, grant) =>
      write({ subject: user.key }, async () => {
        const details = detailsOf(user);
        const created = await valueOnStatus(409, undefined, () =>
          call(`create user ${user.key}`, (permit) =>
            permit.api.users.create({ key: user.key, ...details, role_assignments: [grant] }),
          ),
        );
        if (created !== undefined) return 'created';
        await call(`update user ${user.key}`, (permit) => permit.api.users.update(user.key, details));
        return 'updated';
      }),

    assignRole: (assignment) =>
      write({ subject: assignment.user }, () =>
        valueOnStatus(409, 'already' as const, async () => {
          await call(`assign ${assignment.role} to ${assignment.user}`, (permit) =>
            permit.api.roleAssignments.assign(toRoleAssignment(assignment)),
          );
          return 'assigned' as const;
        }),
      ),

    unassignRole: (assignment) =>
      write({ subject: assignment.user }, () =>
        valueOnStatus(404, 'absent' as const, async () => {
          await call(`unassign ${assignment.role} from ${assignment.user}`, (permit) =>
            permit.api.roleAssignments.unassign(toRoleAssignment(assignment)),
          );
          return 'removed' as const;
        }),
      ),

    removeInstance: (instance) =>
      write({ instance }, () =>
        valueOnStatus(404, 'absent' as const, async () => {
          await call(`remove ${instance}`, (permit) => permit.api.resourceInstances.delete(instance));
          return 'removed' as const;
        }),
      ),

    link: (link, tenant) =>
      write({ instance: link.object }, () =>
        valueOnStatus(409, 'already' as const, async () => {
          await call(`link ${link.object} to ${link.subject}`, (permit) =>
            permit.api.relationshipTuples.create({ ...link, tenant }),
          );
          return 'linked' as const;
        }),
      ),

    unlink: (link) =>
      write({ instance: link.object }, () =>
        valueOnStatus(404, 'absent' as const, async () => {
          await call(`unlink ${link.object} from ${link.subject}`, (permit) =>
            permit.api.relationshipTuples.delete({ ...link }),
          );
          return 'removed' as const;
        }),
      ),

    findUser: (key) =>
      valueOnStatus(404, undefined, async () => {
        return accountOf(await call(`read user ${key}`, (permit) => permit.api.users.get(key)));
      }),

    async listMembers(tenant) {
      const members: Member[] = [];
      for (let page = 1; ; page++) {
        // oxlint-disable-next-line no-await-in-loop -- a page that is not full is the last one
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

/** The body of Permit's role assignments. `resource_instance` is sent only for an instance role. */
function toRoleAssignment({ user, role, tenant, instance }: Assignment) {
  return { user, role, tenant, ...(instance === undefined ? {} : { resource_instance: instance }) };
}

function memberOf(user: UserRead, tenant: string): Member {
  return { ...accountOf(user), roles: tenantRoles(user, tenant) };
}

function accountOf(user: UserRead): DirectoryAccount {
  const fullName = [user.first_name, user.last_name]
    .filter((part) => part !== undefined && part !== null)
    .join(' ');
  return {
    key: user.key,
    name: fullName === '' ? usernameOf(user) : fullName,
    email: user.email ?? null,
    attributes: { ...user.attributes },
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

/** Leaves out absent values: null would erase the stored value. */
function detailsOf({ email, firstName, lastName, attributes }: DirectoryUser): Omit<UserCreate, 'key'> {
  return {
    ...(email === undefined ? {} : { email }),
    ...(firstName === undefined ? {} : { first_name: firstName }),
    ...(lastName === undefined ? {} : { last_name: lastName }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}
