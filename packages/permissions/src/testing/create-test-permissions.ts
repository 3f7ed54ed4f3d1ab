import { userPermissions, worldFromDocument, type World } from '@latchkey/permit-engine';
import type { Check, Decider, Decision } from '../decision.ts';
import type { Policy } from '../policy.ts';
import { permissionsOf, rolesGranting, rolesOf } from '../grants.ts';
import { createPermissions, type Permissions } from '../permissions.ts';
import { denyReasonOf } from '../permit/pdp-response.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import { askEngine } from './ask-engine.ts';
import { assertFacts } from './assert-facts.ts';
import type { Facts } from './facts.ts';
import { factsDocument } from './facts-document.ts';
import { checkOf, type AboutInstance, type AnyPermission, type TestOn } from './question.ts';
import { conditionSetsOf, schemaDocument } from './schema-document.ts';
import { why } from './why.ts';

/** A policy at work on facts, in process: a `Decider` for code under test, and questions for tests to ask. */
export interface TestPermissions<P extends Policy = Policy> extends Decider<PermissionOf<P>, RoleOf<P>> {
  /** Somebody in a tenant; he need not be among the facts. */
  as(subject: string, tenant: string): TestSubject<P>;
  /** The keys of all users who may, sorted. */
  whoCan<Permission extends PermissionOf<P>>(
    permission: Permission,
    where: AboutInstance<P, Permission> & { readonly tenant: string },
  ): string[];
}

/** A person's permissions as code under test takes them, and two questions that need no `await`. */
export interface TestSubject<P extends Policy = Policy> extends Permissions<PermissionOf<P>, RoleOf<P>> {
  can<Permission extends PermissionOf<P>>(permission: Permission, on?: TestOn<P, Permission>): boolean;
  /**
   * The answer with its reasons, for people: each chain from the person to the permission, or what he holds and what
   * would grant it. `ann → editor of collections:q3 → parent of reports:1 → reports:edit`
   */
  why<Permission extends PermissionOf<P>>(permission: Permission, on?: TestOn<P, Permission>): string;
}

/**
 * Decides as Permit.io would once the policy is applied and the facts are stored, without a server: the same semantics
 * that the emulator answers with, in microseconds.
 * @throws {TypeError} for facts that Permit's API would refuse, such as a link to an instance of another tenant.
 */
export function createTestPermissions<const P extends Policy>(policy: P, facts: Facts<P>): TestPermissions<P>;
export function createTestPermissions(policy: Policy, facts: Facts): TestPermissions {
  assertFacts(facts);
  const world = worldFromDocument(
    { ...schemaDocument(policy), ...factsDocument(facts), use_debugger: false },
    conditionSetsOf(policy),
  );
  const allows = (check: Check): boolean => askEngine(world, check, { explain: false }).allow;
  const decider: Decider<AnyPermission> = {
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
  };

  return {
    ...decider,
    as(subject, tenant) {
      const who = { subject, tenant };
      return {
        ...createPermissions(decider, who),
        can: (permission, on) => allows(checkOf(who, permission, on)),
        why: (permission, on) => why({ policy, facts, world }, checkOf(who, permission, on)),
      };
    },
    whoCan: (permission, { tenant, ...on }) =>
      [...world.userKeys()]
        .filter((subject) => allows(checkOf({ subject, tenant }, permission, on)))
        .toSorted(),
  };
}

function decide(policy: Policy, world: World, check: Check<AnyPermission>): Decision<AnyPermission> {
  const { permission } = check;
  const { allow, debug } = askEngine(world, check, { explain: true });
  if (allow) return { outcome: 'allow', permission };
  const reason = denyReasonOf({ allow, debug: { rbac: { code: debug?.rbac?.code ?? '' } } });
  return { outcome: 'deny', permission, reason, grantedBy: rolesGranting(policy, permission).tenant };
}
