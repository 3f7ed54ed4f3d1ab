import * as fc from 'fast-check';
import type { Policy } from '../core/policy.ts';
import { permissionsOf } from '../core/grants.ts';
import { arbitraryContext, arbitraryFacts, instancesOf, tenants } from './arbitrary-facts.ts';
import { createTestPermissions, type TestPermissions } from './create-test-permissions.ts';
import type { Facts } from '../facts/facts.ts';
import type { AnyPermission } from './test-resource-ref.ts';

interface Tried {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly permissions: TestPermissions;
}

interface Query {
  readonly subject: string;
  readonly tenant: string;
  readonly permission: AnyPermission;
}

/** With any facts that `restrict` returns, every query that `covers` accepts is denied. */
export interface Claim {
  /** Removes facts that the claim is not about. Default: none. */
  readonly restrict?: (facts: Facts) => Facts;
  readonly covers: (facts: Facts, query: Query) => boolean;
}

/** @throws {Error} with the smallest counterexample found and the path that grants the permission */
export function neverAllowed(policy: Policy, { restrict = (facts) => facts, covers }: Claim): void {
  const refutation = (facts: Facts, context: Record<string, unknown>): string | undefined => {
    const permissions = createTestPermissions(policy, facts);
    for (const query of queries(policy, facts)) {
      const chain = covers(facts, query)
        ? chainOf({ policy, facts, permissions }, { ...query, context })
        : undefined;
      if (chain !== undefined) return chain;
    }
    return undefined;
  };
  const { counterexample, seed } = fc.check(
    fc.property(
      arbitraryFacts(policy).map(restrict),
      arbitraryContext(policy),
      (facts, context) => refutation(facts, context) === undefined,
    ),
    // With fast-check's default of 100 runs, 1 of 80 false claims was not refuted.
    { numRuns: fc.readConfigureGlobal().numRuns ?? 300 },
  );
  if (counterexample === null) return;
  const [facts, context] = counterexample;
  throw new Error(
    [
      refutation(facts, context),
      `Users: ${JSON.stringify(withoutEmpty(facts.users))}`,
      `Instances: ${JSON.stringify(withoutEmpty(facts.instances))}`,
      `Tenants, context: ${JSON.stringify(withoutEmpty(facts.tenants))}, ${JSON.stringify(context)} (seed ${seed})`,
    ].join('\n'),
  );
}

function* queries(policy: Policy, { users = {} }: Facts): Generator<Query> {
  for (const subject of Object.keys(users)) {
    for (const tenant of tenants) {
      for (const permission of permissionsOf(policy)) yield { subject, tenant, permission };
    }
  }
}

/**
 * On the resource as a whole or on an instance of the tenant. Not on those of other tenants, because code that loads an
 * instance must compare its tenant.
 */
function chainOf(
  { policy, facts, permissions }: Tried,
  { subject, tenant, permission, context }: Query & { readonly context: Record<string, unknown> },
): string | undefined {
  const user = permissions.as(subject, tenant);
  const keys = instancesOf(policy).flatMap(({ resource, key, object }) =>
    permission.startsWith(`${resource}:`) && facts.instances?.[object]?.tenant === tenant ? [key] : [],
  );
  return [undefined, ...keys]
    .filter((key) => user.can(permission, { key, context }))
    .map((key) => user.why(permission, { key, context }).text)
    .at(0);
}

function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
