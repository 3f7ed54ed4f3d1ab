import type { Decision, DecisionSource } from '../core/decision.ts';
import type { ResourceIn } from '../core/instance-permission.ts';
import { type Question, type ResourceRef, instanceOf, type Permissions } from '../core/permissions.ts';
import { toPermissionSet, type PermissionSet, type Requirement } from './requirement.ts';
import { InstanceNotFoundError, PermissionDeniedError } from '../core/errors.ts';

export interface LoadedRules<Loaded, Permission extends string> {
  /**
   * Returns which of the gate's permissions the instance requires. A denial names the first of the gate's permissions
   * that the user lacks, so that it does not reveal which one the instance requires. Default: the gate's own
   * requirement.
   */
  readonly requires?: ((loaded: Loaded) => Requirement<NoInfer<Permission>>) | undefined;
  /** Returns the reference to the instance: its key, or an object with its key and `serverAttributes`. */
  readonly on: (loaded: Loaded) => ResourceRef<ResourceIn<Permission>>;
}

export type Found<Loaded> = Loaded | null | undefined;

/** The checks of one call, made in one round trip. */
export interface GateCheck<Permission extends string = string> {
  /** All to check. */
  readonly requirement: PermissionSet<Permission>;
  /** `undefined` for the resource as a whole. */
  readonly on: ResourceRef | undefined;
  /** What the loaded instance requires. Default: `requirement`. */
  readonly required?: PermissionSet<Permission> | undefined;
  readonly isMissing?: boolean | undefined;
}

/** A missing instance requires every permission that an instance could require. */
export function checkOfLoaded<Permission extends string>(
  requirement: PermissionSet<Permission>,
  { requires, on }: LoadedRules<unknown, Permission>,
  loaded: unknown,
): GateCheck<Permission> {
  const isMissing = loaded === undefined || loaded === null;
  if (requires === undefined) return { requirement, on: isMissing ? undefined : on(loaded), isMissing };
  const every: PermissionSet<Permission> = { match: 'all', permissions: requirement.permissions };
  if (isMissing) return { requirement: every, on: undefined, isMissing };
  return { requirement: every, required: toPermissionSet(requires(loaded)), on: on(loaded) };
}

/**
 * For a missing instance, the questions name a key that no instance has, so that a user without the permission gets the
 * same denial as for an existing one.
 */
export function questionsOf<Permission extends string>({
  requirement,
  on,
  isMissing,
}: GateCheck<Permission>): Question<Permission>[] {
  const checked = isMissing === true ? `not-found-${crypto.randomUUID()}` : on;
  return requirement.permissions.map(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a gate's permissions and its instance belong together
    (permission) => ({ permission, on: checked }) as Question<Permission>,
  );
}

/** The first allow when the check is satisfied, otherwise the first denial. */
export function combineDecisions<Permission extends string, Role extends string>(
  { requirement, required = requirement }: GateCheck<Permission>,
  decisions: readonly Decision<Permission, Role>[],
): Decision<Permission, Role> {
  const needed = required.permissions.map((permission) => {
    const decision = decisions[requirement.permissions.indexOf(permission)];
    if (decision === undefined) throw new TypeError(`The gate does not name ${permission}.`);
    return decision;
  });
  const isAllow = ({ outcome }: Decision<Permission, Role>): boolean => outcome === 'allow';
  const isAllowed = required.match === 'all' ? needed.every(isAllow) : needed.some(isAllow);
  const decision = isAllowed ? needed.find(isAllow) : decisions.find(({ outcome }) => outcome === 'deny');
  if (decision === undefined) throw new TypeError('A gate needs at least one permission.');
  return decision;
}

/**
 * In one round trip.
 * @param onSource - Called with the source of the decision, if the decider knows it.
 * @throws {PermissionDeniedError}
 * @throws {AuthorizationUnavailableError}
 * @throws {InstanceNotFoundError} when there is no such instance and the user would have the permission
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
