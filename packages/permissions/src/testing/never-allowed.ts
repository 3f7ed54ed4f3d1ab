import * as fc from 'fast-check';
import type { Policy } from '../policy.ts';
import { permissionsOf } from '../grants.ts';
import { arbitraryContext, arbitraryFacts, instancesOf, tenants } from './arbitrary-facts.ts';
import { createTestPermissions, type TestPermissions } from './create-test-permissions.ts';
import type { Facts } from './facts.ts';
import type { AnyPermission } from './question.ts';

interface AskedOf {
  readonly subject: string;
  readonly tenant: string;
  readonly permission: AnyPermission;
}

/** A claim about all facts: whatever `covers` picks of all questions is denied on what `given` leaves of them. */
export interface Claim {
  readonly given?: (facts: Facts) => Facts;
  readonly covers: (facts: Facts, asked: AskedOf) => boolean;
}

/** @throws with the smallest facts found that refute the claim, and the chain by which somebody may. */
export function neverAllowed(policy: Policy, { given = (facts) => facts, covers }: Claim): void {
  const refutation = (facts: Facts, context: Record<string, unknown>): string | undefined => {
    const permissions = createTestPermissions(policy, facts);
    for (const asked of questions(policy, facts)) {
      const chain = covers(facts, asked) ? chainOf(policy, permissions, { ...asked, context }) : undefined;
      if (chain !== undefined) return chain;
    }
    return undefined;
  };
  const { counterexample, seed } = fc.check(
    fc.property(
      arbitraryFacts(policy).map(given),
      arbitraryContext(policy),
      (facts, context) => refutation(facts, context) === undefined,
    ),
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

function* questions(policy: Policy, { users = {} }: Facts): Generator<AskedOf> {
  for (const subject of Object.keys(users)) {
    for (const tenant of tenants) {
      for (const permission of permissionsOf(policy)) yield { subject, tenant, permission };
    }
  }
}

/** How the person may, on the resource as a whole or on any instance; `undefined` when he may not. */
function chainOf(
  policy: Policy,
  permissions: TestPermissions,
  { subject, tenant, permission, context }: AskedOf & { readonly context: Record<string, unknown> },
): string | undefined {
  const person = permissions.as(subject, tenant);
  const keys = instancesOf(policy).flatMap(({ resource, key }) =>
    permission.startsWith(`${resource}:`) ? [key] : [],
  );
  return [undefined, ...keys]
    .filter((key) => person.can(permission, { key, context }))
    .map((key) => person.why(permission, { key, context }))
    .at(0);
}

/** For reading: what is empty says nothing. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => !isEmpty(inner)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
