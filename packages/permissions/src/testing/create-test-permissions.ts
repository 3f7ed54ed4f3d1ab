import { userPermissions, type World } from '@latchkey/permit-engine';
import type { Check, Decider, Decision } from '../core/decision.ts';
import type { Policy } from '../core/policy.ts';
import { denyOf } from '../permit/deny-of.ts';
import { permissionsOf, rolesOf } from '../core/grants.ts';
import { planList } from '../list/plan-list.ts';
import { createPermissions, type Permissions } from '../core/permissions.ts';
import { denyReasonOf } from '../permit/pdp-response.ts';
import type { InstancePermissionOf } from '../core/instance-permission.ts';
import type { ListFieldOf } from '../list/list-field.ts';
import { compared, explain } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { PermissionOf, RoleOf } from '../core/policy-types.ts';
import { askEngine, engineAllows } from '../facts/ask-engine.ts';
import { assertFacts } from '../facts/assert-facts.ts';
import type { Facts } from '../facts/facts.ts';
import { toCheck, type TestInstance, type AnyPermission, type TestResourceRef } from './test-resource-ref.ts';
import { listFactsOf } from './list-facts-of.ts';
import { worldOf } from '../facts/world-of.ts';

/** A policy applied to facts, in process: a `Decider` for the code under test, and assertions for tests. */
export interface TestPermissions<P extends Policy = Policy> extends Decider<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>,
  ListFieldOf<P>
> {
  /** A user in a tenant. Neither has to be in the facts. */
  as(subject: string, tenant: string): TestSubject<P>;
  /** The keys of all users in the facts who have the permission, sorted. */
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
  /** Whether the permission is allowed. */
  can<Permission extends PermissionOf<P>>(
    permission: Permission,
    on?: TestResourceRef<P, Permission>,
  ): boolean;
  /**
   * Explains the decision: each path that allows it, or the user's roles and what would allow it. `text` is its text
   * form, for example `ann → editor of collections:q3 → parent of reports:1 → reports:edit`.
   */
  why<Permission extends PermissionOf<P>>(
    permission: Permission,
    on?: TestResourceRef<P, Permission>,
  ): Explanation;
}

/**
 * Decides as Permit.io would with this policy and these facts, in process and without a server, using the Permit
 * emulator's engine. Facts are immutable: to compare before and after, create two.
 * @throws {TypeError} for facts that Permit's API would reject, such as a link to an instance of another tenant.
 */
export function createTestPermissions<const P extends Policy>(policy: P, facts: Facts<P>): TestPermissions<P>;
export function createTestPermissions(policy: Policy, facts: Facts): TestPermissions {
  assertFacts(facts);
  const world = worldOf(policy, facts);
  const allows = (check: Check): boolean => engineAllows(world, check);
  const decider: Decider<AnyPermission> = {
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
