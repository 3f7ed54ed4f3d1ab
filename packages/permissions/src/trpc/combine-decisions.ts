import type { Decision } from '../core/decision.ts';
import type { PermissionSet } from './requirement.ts';

/**
 * The decision for a requirement: with `all` the first deny, with `any` the first allow; otherwise the first decision.
 * `decisions` has one decision for each permission of the requirement.
 */
export function combineDecisions<Permission extends string, Role extends string>(
  { match }: PermissionSet,
  decisions: readonly Decision<Permission, Role>[],
): Decision<Permission, Role> {
  const decisive = match === 'all' ? 'deny' : 'allow';
  const decision = decisions.find(({ outcome }) => outcome === decisive) ?? decisions[0];
  if (decision === undefined) throw new TypeError('A gate needs at least one permission.');
  return decision;
}
