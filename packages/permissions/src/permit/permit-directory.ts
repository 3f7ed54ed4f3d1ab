import { z } from 'zod/v4';
import { createPermitClient, permitPath, type PermitManagementOptions } from './client/permit-client.ts';
import type { Invalidation } from './invalidations.ts';

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

/** Options of `createPermitDirectory`. */
export interface PermitDirectoryOptions extends PermitManagementOptions {
  /**
   * Called after every write attempt with the affected scope, including failed ones: Permit may have carried them out.
   * Pass it to `PermitDecider.invalidate`, so that no outdated decision is used. Optional.
   */
  readonly onChange?: (invalidated: Invalidation) => void;
}

/** Reads and writes Permit's directory. Retries a call only after a 429, within its deadline. */
export function createPermitDirectory({
  onChange = () => {},
  ...options
}: PermitDirectoryOptions): PermitDirectory {
  const client = createPermitClient(options);
  const announced = async <Result>(
    invalidated: Invalidation,
    run: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await run();
    } finally {
      onChange(invalidated);
    }
  };
  const write = (invalidated: Invalidation, ...call: Parameters<typeof client.change>): Promise<boolean> =>
    announced(invalidated, () => client.change(...call));

  return {
    provisionUser: ({ key, ...user }, grant) =>
      announced({ subject: key }, async () => {
        const details = detailsOf(user);
        const body = { key, ...details, role_assignments: [grant] };
        if (await client.change('POST', '/facts/users', { body, unless: 409 })) return 'created';
        await client.change('PATCH', permitPath`/facts/users/${key}`, { body: details });
        return 'updated';
      }),

    async assignRole(assignment) {
      const options = { body: toRoleAssignment(assignment), unless: 409 } as const;
      const isDone = await write({ subject: assignment.user }, 'POST', '/facts/role_assignments', options);
      return isDone ? 'assigned' : 'already';
    },

    async unassignRole(assignment) {
      const options = { body: toRoleAssignment(assignment), unless: 404 } as const;
      const isDone = await write({ subject: assignment.user }, 'DELETE', '/facts/role_assignments', options);
      return isDone ? 'removed' : 'absent';
    },

    async removeInstance(instance) {
      const isDone = await write({ instance }, 'DELETE', permitPath`/facts/resource_instances/${instance}`, {
        unless: 404,
      });
      return isDone ? 'removed' : 'absent';
    },

    async link({ subject, relation, object }, tenant) {
      const options = { body: { subject, relation, object, tenant }, unless: 409 } as const;
      const isDone = await write({ instance: object }, 'POST', '/facts/relationship_tuples', options);
      return isDone ? 'linked' : 'already';
    },

    async unlink({ subject, relation, object }) {
      const options = { body: { subject, relation, object }, unless: 404 } as const;
      const isDone = await write({ instance: object }, 'DELETE', '/facts/relationship_tuples', options);
      return isDone ? 'removed' : 'absent';
    },

    async findUser(key) {
      const user = await client.find(permitPath`/facts/users/${key}`, User);
      return user && accountOf(user);
    },

    async listMembers(tenant) {
      const users = await client.list(permitPath`/facts/tenants/${tenant}/users`, User);
      return users
        .map((user) => ({ ...accountOf(user), roles: tenantRoles(user, tenant) }))
        .filter(({ roles }) => roles.length > 0);
    },
  };
}

const text = z.string().nullish();
const User = z.object({
  key: z.string(),
  email: text,
  first_name: text,
  last_name: text,
  attributes: z.record(z.string(), z.unknown()).nullish(),
  roles: z.array(z.object({ role: z.string(), tenant: z.string() })).nullish(),
});
type UserOfPermit = z.output<typeof User>;

/** The body of Permit's role assignments. `resource_instance` is sent only for an instance role. */
function toRoleAssignment({ user, role, tenant, instance }: Assignment) {
  return { user, role, tenant, ...(instance === undefined ? {} : { resource_instance: instance }) };
}

function accountOf(user: UserOfPermit): DirectoryAccount {
  const fullName = [user.first_name, user.last_name].filter((part) => part != null).join(' ');
  const attributes = { ...user.attributes };
  const username = typeof attributes['username'] === 'string' ? attributes['username'] : null;
  return {
    key: user.key,
    name: fullName === '' ? username : fullName,
    email: user.email ?? null,
    attributes,
  };
}

function tenantRoles({ roles }: UserOfPermit, tenant: string): string[] {
  return (roles ?? [])
    .filter((role) => role.tenant === tenant)
    .map((role) => role.role)
    .toSorted();
}

/** Absent values are left out, as `JSON.stringify` does with `undefined`: null would erase the stored value. */
function detailsOf({ email, firstName, lastName, attributes }: Omit<DirectoryUser, 'key'>) {
  return { email, first_name: firstName, last_name: lastName, attributes };
}
