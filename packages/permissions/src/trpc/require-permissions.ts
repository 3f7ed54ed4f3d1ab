import type { Decision, DecisionSource } from '../core/decision.ts';
import { PermissionDeniedError } from '../core/errors.ts';
import { instanceOf, type Permissions, type ResourceRef } from '../core/permissions.ts';
import { combineDecisions } from './combine-decisions.ts';
import type { PermissionSet } from './requirement.ts';

/**
 * Resolves with the decision when the requirement is satisfied; one round trip.
 * @param onSource - called with the source of the decision, if the decider knows it
 * @throws {PermissionDeniedError} @throws {AuthorizationUnavailableError}
 */
export async function requirePermissions(
  permissions: Permissions,
  { requirement, on }: { readonly requirement: PermissionSet; readonly on: ResourceRef | undefined },
  onSource?: (source: DecisionSource) => void,
): Promise<Decision> {
  const sources: DecisionSource[] = [];
  const decisions = await permissions.checkMany(
    requirement.permissions.map((permission) => ({ permission, on })),
    onSource && { onSource: (source, index) => void (sources[index] = source) },
  );
  const decision = combineDecisions(requirement, decisions);
  const source = sources[decisions.indexOf(decision)];
  if (source !== undefined) onSource?.(source);
  if (decision.outcome === 'deny') throw new PermissionDeniedError(decision, instanceOf(on));
  return decision;
}
