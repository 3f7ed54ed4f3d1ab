import type { Check } from '../core/decision.ts';
import type { PermissionOf, Policy, ResourceOf } from '../core/policy.ts';
import type { AttributeFacts } from '../facts/facts.ts';

/** The instance of a test's check: its key, or an object with its key, attributes and context. */
export type TestResourceRef<P extends Policy = Policy, Permission extends PermissionOf<P> = PermissionOf<P>> =
  string | TestInstance<P, Permission>;

/** An instance, with attributes and context for one check. */
export interface TestInstance<P extends Policy, Permission extends PermissionOf<P>> {
  /** The instance key. Omit it to check the resource as a whole. */
  readonly key?: string | undefined;
  /** Attributes that override those in the facts. Default: none. */
  readonly attributes?: AttributesOnResource<P, Permission> | undefined;
  /** Values for conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

type AttributesOnResource<
  P extends Policy,
  Permission extends string,
> = Permission extends `${infer R extends ResourceOf<P>}:${string}` ? AttributeFacts<P, R> : never;

export type AnyPermission = PermissionOf<Policy>;

export function toCheck(
  { subject, tenant }: Pick<Check, 'subject' | 'tenant'>,
  permission: AnyPermission,
  on: TestResourceRef = {},
): Check<AnyPermission> {
  const { key: instance, attributes, context } = typeof on === 'string' ? { key: on } : on;
  return { subject, tenant, permission, instance, attributes, context };
}
