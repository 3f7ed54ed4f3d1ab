import { userPermissions, type World, type UserPermissionsQuery } from '@latchkey/permit-engine';
import type { Check, Decider, Decision } from '../core/decision.ts';
import type { PermissionOf, Policy, RoleOf } from '../core/policy.ts';
import { denyOf, permissionsOf, rolesOf } from '../core/grants.ts';
import { type ListFacts, planList } from '../list/plan-list.ts';
import { createPermissions, type Permissions } from '../core/permissions.ts';
import { denyReasonOf } from '../permit/pdp-response.ts';
import type { InstancePermissionOf } from '../core/instance-permission.ts';
import type { ListFieldOf } from '../list/list-field.ts';
import { compared, explain } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import { askEngine, engineAllows, worldOf } from '../facts/world-of.ts';
import { type Facts, tuplesOf } from '../facts/facts.ts';
import { toCheck, type TestInstance, type AnyPermission, type TestResourceRef } from './test-resource-ref.ts';
import type { ListQuestion } from '../list/list-plan.ts';

/** A policy applied to facts, in process: a `Decider` for the code under test, with additional methods for tests. */
export interface TestPermissions<P extends Policy = Policy> extends Decider<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>,
  ListFieldOf<P>
> {
  /** Returns the permissions of a user in a tenant. Neither has to be in the facts. */
  as(subject: string, tenant: string): TestSubject<P>;
  /** Returns the keys of all users in the facts who have the permission, sorted. */
  whoCan<Permission extends PermissionOf<P>>(
    permission: Permission,
    where: TestInstance<P, Permission> & { readonly tenant: string },
  ): string[];
}

/** A user's `Permissions`, as the code under test receives them, with two additional synchronous methods. */
export interface TestSubject<P extends Policy = Policy> extends Permissions<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>,
  ListFieldOf<P>
> {
  /** Returns whether the user has the permission. */
  can<Permission extends PermissionOf<P>>(
    permission: Permission,
    on?: TestResourceRef<P, Permission>,
  ): boolean;
  /**
   * Explains the decision: each path that allows the permission, or the user's roles and what would allow it. `text` is
   * the explanation as text, for example `ann → editor of collections:q3 → parent of reports:1 → reports:edit`.
   */
  why<Permission extends PermissionOf<P>>(
    permission: Permission,
    on?: TestResourceRef<P, Permission>,
  ): Explanation;
}

/**
 * Creates permissions that decide as Permit.io would with the given policy and facts, in process and without a server,
 * using the Permit emulator's engine. The facts cannot change: to compare decisions before and after a change, create
 * one instance for each.
 *
 * ```ts
 * const permissions = createTestPermissions(policy, { users: { ann: { roles: { acme: ['viewer'] } } } });
 * expect(permissions.as('ann', 'acme').can('reports:view')).toBe(true);
 * ```
 * @throws {TypeError} for facts that Permit's API would reject, such as a link to an instance of another tenant.
 */
export function createTestPermissions<const P extends Policy>(policy: P, facts: Facts<P>): TestPermissions<P>;
export function createTestPermissions(policy: Policy, facts: Facts): TestPermissions {
  assertFacts(facts);
  const world = worldOf(policy, facts);
  const allows = (check: Check): boolean => engineAllows(world, check);
  const decider: Decider<AnyPermission> = {
    scopes: policy.scopes,
    explain: (check) =>
      Promise.resolve(compared(explain({ policy, facts, check }), allows(check) ? 'allow' : 'deny')),
    decide: (checks) => Promise.resolve(checks.map((check) => decide(policy, world, check))),
    grants(subject, tenant) {
      const held = userPermissions(world, {
        user: { key: subject },
        tenants: [tenant],
        resource_types: ['__tenant'],
      })[`__tenant:${tenant}`];
      return Promise.resolve({
        roles: rolesOf(policy).filter((role) => held?.roles.includes(role)),
        permissions: permissionsOf(policy).filter((permission) => held?.permissions.includes(permission)),
      });
    },
    list: (question) => planList(policy, question, listFactsOf(world, question)),
  };

  return {
    ...decider,
    as(subject, tenant) {
      const user = { subject, tenant };
      return {
        ...createPermissions(decider, user),
        can: (permission, on) => allows(toCheck(user, permission, on)),
        why: (permission, on) => explain({ policy, facts, check: toCheck(user, permission, on) }),
      };
    },
    whoCan: (permission, { tenant, ...on }) =>
      [...world.userKeys()]
        .filter((subject) => allows(toCheck({ subject, tenant }, permission, on)))
        .toSorted(),
  };
}

function decide(policy: Policy, world: World, check: Check<AnyPermission>): Decision<AnyPermission> {
  const { permission } = check;
  const { allow, debug } = askEngine(world, check);
  if (allow) return { outcome: 'allow', permission };
  const reason = denyReasonOf({ allow, debug: { rbac: { code: debug?.rbac?.code ?? '' } } });
  return denyOf(policy, check, reason);
}

/**
 * Rejects facts that compile, but that Permit's API would reject.
 * @throws {TypeError} naming the fact
 */
function assertFacts(facts: Facts): void {
  const tenants = new Map(
    Object.entries(facts.instances ?? {}).map(([key, instance]) => [key, instance?.tenant]),
  );
  for (const [user, { instanceRoles = {} }] of Object.entries(facts.users ?? {})) {
    const unknown = Object.keys(instanceRoles).find((object) => !tenants.has(object));
    if (unknown !== undefined)
      throw new TypeError(`${user} has roles on ${unknown}, which is not an instance.`);
  }
  for (const { subject, relation, object } of tuplesOf(facts)) {
    const invalid = (why: string) =>
      new TypeError(`The ${relation} of ${object} is ${subject}, which ${why}.`);
    if (!tenants.has(subject)) throw invalid('is not an instance');
    if (tenants.get(subject) !== tenants.get(object)) throw invalid('belongs to another tenant');
  }
}

function listFactsOf(world: World, { subject, tenant, permission }: ListQuestion): ListFacts {
  const ask = (resource_types: UserPermissionsQuery['resource_types']) =>
    userPermissions(world, { user: { key: subject }, tenants: [tenant], resource_types });
  return {
    inTenant() {
      const held = ask(['__tenant'])[`__tenant:${tenant}`];
      const { roles = [], permissions = [] } = held ?? {};
      return Promise.resolve({ roles, permissions, attributes: held?.tenant?.attributes ?? {} });
    },
    heldOn: (resource) =>
      Promise.resolve(
        Object.entries(ask([resource])).map(([object, { roles, permissions }]) => ({
          key: object.slice(resource.length + 1),
          roles,
          permissions,
        })),
      ),
    assignedOn(resource) {
      const assigned = [...(world.user(subject)?.instanceRoles ?? [])];
      return Promise.resolve(
        assigned.flatMap(([object, roles]) =>
          object.startsWith(`${resource}:`) && world.resourceInstance(object)?.tenant === tenant
            ? [...roles].map((role) => ({ key: object.slice(resource.length + 1), role }))
            : [],
        ),
      );
    },
    userAttributes() {
      const { debug } = askEngine(world, { subject, tenant, permission });
      return Promise.resolve(debug?.request.user.attributes ?? {});
    },
  };
}
