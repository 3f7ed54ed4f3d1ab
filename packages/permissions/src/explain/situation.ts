import type { Check } from '../decision.ts';
import { engineAllows } from '../facts/ask-engine.ts';
import type { Facts } from '../facts/facts.ts';
import { worldOf } from '../facts/world-of.ts';
import type { Policy } from '../policy.ts';

/** What an explanation is about: a check, and what it is decided by. */
export interface Situation {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly check: Check;
}

/** What the engine decides. */
export function isAllowed({ policy, facts, check }: Situation): boolean {
  return engineAllows(worldOf(policy, facts), check);
}

/** The instance that the check is about, as `resource:key`; `undefined`: the resource as a whole. */
export function objectOf({ permission, instance }: Check): `${string}:${string}` | undefined {
  return instance === undefined ? undefined : `${resourceOf(permission)}:${instance}`;
}

/** The resource of a permission, or of an instance `resource:key`. */
export function resourceOf(permissionOrObject: string): string {
  return permissionOrObject.slice(0, permissionOrObject.indexOf(':'));
}

/** The action of a permission. */
export function actionOf(permission: string): string {
  return permission.slice(permission.indexOf(':') + 1);
}

/** Whether the policy has the permission. */
export function isPermissionOf(
  { resources }: Policy,
  permission: string,
): permission is `${string}:${string}` {
  return resources[resourceOf(permission)]?.actions.includes(actionOf(permission)) ?? false;
}
