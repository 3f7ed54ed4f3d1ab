import type { Policy } from '../core/policy.ts';
import { tuplesOf, type Tuple } from '../facts/facts.ts';
import { userOf } from './apply-change.ts';
import { actionOf, objectOf, resourceOf, type Situation } from './situation.ts';

export interface RoleOn {
  readonly role: string;
  readonly object: string;
  /** The derived role that is one link closer to the permission; absent when the role itself has it. */
  readonly leadsTo?: { readonly relation: string; readonly to: RoleOn } | undefined;
}

/** Nearest first, in a large graph. */
const maxRoles = 1_000;

/** The roles on the checked instance that grant the permission, and those from which they derive, nearest first. */
export function rolesLeadingTo(situation: Situation): RoleOn[] {
  const { policy, facts, check } = situation;
  const object = objectOf(check);
  if (object === undefined) return [];
  const links = tuplesOf(facts);
  const found = Object.entries(policy.resources[resourceOf(object)]?.roles ?? {})
    .filter(([, { permissions }]) => permissions.includes(actionOf(check.permission)))
    .map(([role]): RoleOn => ({ role, object }));
  const seen = new Set(found.map(nameOf));
  for (const to of found) {
    for (const source of sourcesOf(situation, to, links)) {
      if (seen.has(nameOf(source)) || found.length >= maxRoles) continue;
      seen.add(nameOf(source));
      found.push(source);
    }
  }
  return found;
}

function sourcesOf(situation: Situation, to: RoleOn, links: readonly Tuple[]): RoleOn[] {
  if (isSuppressed(situation, to)) return [];
  return derivationsOf(situation.policy, to).flatMap(({ role, via }) =>
    links
      .filter(({ relation, object }) => object === to.object && relation === via)
      .map(({ subject }) => ({ role, object: subject, leadsTo: { relation: via, to } })),
  );
}

export function derivationsOf(policy: Policy, { role, object }: Pick<RoleOn, 'role' | 'object'>) {
  return policy.resources[resourceOf(object)]?.roles?.[role]?.derivedFrom ?? [];
}

/** Whether a direct role on the instance prevents deriving this one there. */
export function isSuppressed({ policy, facts, check }: Situation, { role, object }: RoleOn): boolean {
  const definition = policy.resources[resourceOf(object)]?.roles?.[role];
  return (
    definition?.onlyWithoutDirectRole === true &&
    (definition.derivedFrom?.length ?? 0) > 0 &&
    rolesHeldOn({ facts, check }, object).length > 0
  );
}

/** Directly assigned roles. */
export function rolesHeldOn(
  { facts, check }: Pick<Situation, 'facts' | 'check'>,
  object: string,
): readonly string[] {
  const held: Readonly<Record<string, readonly string[] | undefined>> =
    userOf(facts, check.subject)?.instanceRoles ?? {};
  return held[object] ?? [];
}

function nameOf({ object, role }: Pick<RoleOn, 'role' | 'object'>): string {
  return `${object}#${role}`;
}
