import { z } from 'zod/v4';
import { PermitApiError } from '../core/errors.ts';
import type { Policy } from '../core/policy.ts';
import {
  checkInstance,
  checkLink,
  checkRole,
  type Assignment,
  type Grant,
  type InstanceLink,
  type InstanceRef,
} from './check-facts.ts';
import { createPermitClient, permitPath, type PermitManagementOptions } from './client/permit-client.ts';
import type { AssignmentChange, Invalidation } from './invalidations.ts';

/** A user to create or update in Permit. */
export interface DirectoryUser {
  /** The user's key, of letters, digits and `|@+-._` (Permit's pattern for user keys). */
  readonly key: string;
  /** The email address. Default: the stored value does not change. */
  readonly email?: string | undefined;
  /** Default: the stored value does not change. */
  readonly firstName?: string | undefined;
  /** Default: the stored value does not change. */
  readonly lastName?: string | undefined;
  /** Replace all stored attributes. Default: the stored attributes do not change. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** A user with at least one role in a tenant. */
export interface Member extends DirectoryAccount {
  /** The user's tenant roles, in alphabetical order. */
  readonly roles: readonly string[];
}

/** A user in Permit. */
export interface DirectoryAccount {
  /** The user's key in Permit. */
  readonly key: string;
  /** The first and last name; without these, the attribute `username`; null without either. */
  readonly name: string | null;
  readonly email: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * A client that reads and writes Permit's directory. Every method rejects with `PermitApiError` when Permit's API
 * fails. The policy types roles, relations and instances.
 *
 * Permit's API confirms a write before its PDPs have received it, usually by less than a second. With
 * `onChange: (change) => decider.invalidate(change)`, `assignRole`, `unassignRole` and a `provisionUser` that creates a
 * user resolve when the PDP has received the write, at most `cache.propagationDelay` later; checks about the user that
 * start meanwhile wait, too. Nothing waits for other writes (`link`, `unlink`, `removeInstance`, attributes), because
 * the PDP cannot be polled for them: until it receives them, checks get its old answer, which is not cached.
 *
 * @throws {NotInPolicyError} for a role, relation or resource that the policy does not define; nothing is written. A
 * removal rejects with it only if there was nothing to remove, because what an earlier policy defined can still be
 * removed.
 */
export type PermitDirectory<P extends Policy> = Directory<
  Grant<P>,
  Assignment<P>,
  InstanceRef<P>,
  InstanceLink<P>
>;

interface Directory<TenantGrant, RoleAssignment, Instance, Link> {
  /**
   * Creates a user with the role `grant` in one call, so that the user never exists without the role. An existing
   * user's roles do not change, only email, names and attributes.
   *
   * @example
   * await directory.provisionUser({ key: 'ann', email: 'ann@example.com' }, { role: 'viewer', tenant: 'acme' });
   */
  provisionUser(user: DirectoryUser, grant: TenantGrant): Promise<'created' | 'updated'>;
  /**
   * Assigns a tenant role or, with `instance`, a role on that instance, which Permit creates if it does not exist.
   *
   * @example
   * await directory.assignRole({ user: 'ann', tenant: 'acme', role: 'editor' });
   * await directory.assignRole({ user: 'ann', tenant: 'acme', role: 'owner', instance: 'reports:1' });
   */
  assignRole(assignment: RoleAssignment): Promise<'assigned' | 'already'>;
  /**
   * Removes a tenant role or a role on an instance.
   *
   * @example
   * await directory.unassignRole({ user: 'ann', tenant: 'acme', role: 'editor' });
   */
  unassignRole(assignment: RoleAssignment): Promise<'removed' | 'absent'>;
  /**
   * Deletes an instance and every role assignment on it.
   *
   * @example
   * await directory.removeInstance('reports:1');
   */
  removeInstance(instance: Instance): Promise<'removed' | 'absent'>;
  /**
   * Links two instances of a tenant. Roles that the policy derives over the relation then apply to the object. Permit
   * creates instances that do not exist.
   *
   * @example
   * // Makes the collection the parent of the report.
   * await directory.link({ subject: 'collections:q4', relation: 'parent', object: 'reports:1' }, 'acme');
   */
  link(link: Link, tenant: string): Promise<'linked' | 'already'>;
  /**
   * Removes a link.
   *
   * @example
   * await directory.unlink({ subject: 'collections:q4', relation: 'parent', object: 'reports:1' });
   */
  unlink(link: Link): Promise<'removed' | 'absent'>;
  /**
   * Links an instance and assigns a role in the link's tenant, for example to the author of a new document. If the role
   * cannot be assigned, the new link is removed again, and the error is that of the assignment. If the removal fails
   * too, the link stays, and the error's `detail` says so.
   *
   * @example
   * await directory.linkAndAssign(
   *   { subject: 'collections:q4', relation: 'parent', object: 'reports:1' },
   *   { user: 'ann', tenant: 'acme', role: 'owner', instance: 'reports:1' },
   * );
   */
  linkAndAssign(link: Link, assignment: RoleAssignment): Promise<void>;
  /**
   * Returns one user; `undefined` if Permit has no user with this key.
   *
   * @example
   * const ann = await directory.findUser('ann');
   */
  findUser(key: string): Promise<DirectoryAccount | undefined>;
  /**
   * Returns all users with a role in the tenant.
   *
   * @example
   * const admins = (await directory.listMembers('acme')).filter(({ roles }) => roles.includes('admin'));
   */
  listMembers(tenant: string): Promise<Member[]>;
}

/** Options of `createPermitDirectory`. */
export interface PermitDirectoryOptions<P extends Policy> extends PermitManagementOptions {
  /** The policy that was applied to the environment. It types the roles, relations and instances. */
  readonly policy: P;
  /**
   * Called after every attempted write with what it affects, even after a failed one, because Permit may have carried
   * it out. Pass the argument to `PermitDecider.invalidate`, so that no outdated decision is used. The write waits for
   * the returned promise. Optional.
   */
  readonly onChange?: (invalidated: Invalidation) => Promise<void> | void;
}

/**
 * Reads and writes users, roles, instances and relations in Permit. Retries a call only after a 429, within its
 * deadline.
 *
 * ```ts
 * const directory = createPermitDirectory({
 *   policy,
 *   apiUrl: 'https://api.permit.io',
 *   apiKey: env.PERMIT_API_KEY,
 *   onChange: (change) => decider.invalidate(change),
 * });
 * await directory.assignRole({ user: 'ann', tenant: 'acme', role: 'owner', instance: 'reports:1' });
 * ```
 */
export function createPermitDirectory<P extends Policy>({
  policy,
  onChange = () => {},
  ...options
}: PermitDirectoryOptions<P>): PermitDirectory<P> {
  const client = createPermitClient(options);
  /** @param assignmentOf - The role change that the write made. Not called when the write failed. */
  const announced = async <Result>(
    invalidated: Invalidation,
    run: () => Promise<Result>,
    assignmentOf?: (result: Result) => AssignmentChange | undefined,
  ): Promise<Result> => {
    let assignment: AssignmentChange | undefined;
    try {
      const result = await run();
      assignment = assignmentOf?.(result);
      return result;
    } finally {
      await onChange(assignment === undefined ? invalidated : { ...invalidated, assignment });
    }
  };
  const write = (invalidated: Invalidation, ...call: Parameters<typeof client.change>): Promise<boolean> =>
    announced(invalidated, () => client.change(...call));

  const writeRole = ({ user, ...target }: Assignment<Policy>, assigned: boolean): Promise<boolean> =>
    announced(
      { subject: user },
      () => {
        const [method, unless] = assigned ? (['POST', 409] as const) : (['DELETE', 404] as const);
        const body = toRoleAssignment({ user, ...target });
        return client.change(method, '/facts/role_assignments', { body, unless });
      },
      () => ({ ...target, assigned }),
    );

  const directory: PermitDirectory<Policy> = {
    async provisionUser({ key, ...user }, grant) {
      checkRole(policy, grant);
      return announced<'created' | 'updated'>(
        { subject: key },
        async () => {
          const details = detailsOf(user);
          const body = { key, ...details, role_assignments: [grant] };
          if (await client.change('POST', '/facts/users', { body, unless: 409 })) return 'created';
          await client.change('PATCH', permitPath`/facts/users/${key}`, { body: details });
          return 'updated';
        },
        (result) => (result === 'created' ? { ...grant, assigned: true } : undefined),
      );
    },

    async assignRole(assignment) {
      checkRole(policy, assignment);
      return (await writeRole(assignment, true)) ? 'assigned' : 'already';
    },

    async unassignRole(assignment) {
      if (await writeRole(assignment, false)) return 'removed';
      checkRole(policy, assignment);
      return 'absent';
    },

    async removeInstance(instance) {
      const isDone = await write({ instance }, 'DELETE', permitPath`/facts/resource_instances/${instance}`, {
        unless: 404,
      });
      if (!isDone) checkInstance(policy, instance);
      return isDone ? 'removed' : 'absent';
    },

    async link({ subject, relation, object }, tenant) {
      checkLink(policy, { subject, relation, object });
      const options = { body: { subject, relation, object, tenant }, unless: 409 } as const;
      const isDone = await write({ instance: object }, 'POST', '/facts/relationship_tuples', options);
      return isDone ? 'linked' : 'already';
    },

    async unlink({ subject, relation, object }) {
      const body = { subject, relation, object };
      const isDone = await write({ instance: object }, 'DELETE', '/facts/relationship_tuples', {
        body,
        unless: 404,
      });
      if (!isDone) checkLink(policy, body);
      return isDone ? 'removed' : 'absent';
    },

    async linkAndAssign(link, assignment) {
      checkRole(policy, assignment);
      const linked = await directory.link(link, assignment.tenant);
      try {
        await directory.assignRole(assignment);
      } catch (error) {
        if (linked === 'linked')
          await directory.unlink(link).catch((undo: unknown) => throwBoth(error, undo));
        throw error;
      }
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
  return directory;
}

function throwBoth(error: unknown, undo: unknown): never {
  if (!(error instanceof PermitApiError)) throw error;
  const { detail, permitStatus, retryAfter, status } = error;
  const left = `${detail}; the link stays: ${undo instanceof PermitApiError ? undo.detail : String(undo)}`;
  throw new PermitApiError(left, { permitStatus, retryAfter, cause: error, isAboutFacts: status !== 503 });
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

function toRoleAssignment({ user, role, tenant, instance }: Assignment<Policy>) {
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

/** JSON leaves out `undefined`. Null would erase the stored value. */
function detailsOf({ email, firstName, lastName, attributes }: Omit<DirectoryUser, 'key'>) {
  return { email, first_name: firstName, last_name: lastName, attributes };
}
