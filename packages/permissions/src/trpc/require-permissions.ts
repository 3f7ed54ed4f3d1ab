import type { Decision, DecisionSource } from '../core/decision.ts';
import { InstanceNotFoundError, PermissionDeniedError } from '../core/errors.ts';
import { instanceOf, type Permissions } from '../core/permissions.ts';
import { combineDecisions, questionsOf, type GateCheck } from './gate-check.ts';

/**
 * Resolves with the decision when the check is satisfied; one round trip.
 * @param onSource - called with the source of the decision, if the decider knows it
 * @throws {PermissionDeniedError} @throws {AuthorizationUnavailableError}
 * @throws {InstanceNotFoundError} when there is no instance, and the user has the permission.
 */
export async function requirePermissions<Permission extends string, Role extends string>(
  permissions: Permissions<Permission, Role>,
  check: GateCheck<Permission>,
  onSource?: (source: DecisionSource) => void,
): Promise<Decision<Permission, Role>> {
  const sources: DecisionSource[] = [];
  const decisions = await permissions.checkMany(
    questionsOf(check),
    onSource && { onSource: (source, index) => void (sources[index] = source) },
  );
  const decision = combineDecisions(check, decisions);
  const source = sources[decisions.indexOf(decision)];
  if (source !== undefined) onSource?.(source);
  if (decision.outcome === 'deny') throw new PermissionDeniedError(decision, instanceOf(check.on));
  if (check.isMissing === true) throw new InstanceNotFoundError();
  return decision;
}
