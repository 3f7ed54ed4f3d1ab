import type { Check } from '../core/decision.ts';
import { engineAllows, worldOf } from '../facts/world-of.ts';
import type { Facts } from '../facts/facts.ts';
import type { Policy } from '../core/policy.ts';
import { valueOf } from '../core/records.ts';

export interface Situation {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly check: Check;
}

export function isAllowed({ policy, facts, check }: Situation): boolean {
  return engineAllows(worldOf(policy, facts), check);
}

/** `undefined` when the check is about the resource as a whole. */
export function objectOf({ permission, instance }: Check): `${string}:${string}` | undefined {
  return instance === undefined ? undefined : `${resourceOf(permission)}:${instance}`;
}

/** The resource of a permission, or of an instance given as `resource:key`. */
export function resourceOf(permissionOrObject: string): string {
  return permissionOrObject.slice(0, permissionOrObject.indexOf(':'));
}

export function actionOf(permission: string): string {
  return permission.slice(permission.indexOf(':') + 1);
}

export function isPermissionOf(
  { resources }: Policy,
  permission: string,
): permission is `${string}:${string}` {
  return valueOf(resources, resourceOf(permission))?.actions.includes(actionOf(permission)) ?? false;
}
