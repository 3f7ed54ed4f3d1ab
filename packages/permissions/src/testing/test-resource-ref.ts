import type { Check } from '../core/decision.ts';
import type { PermissionOf, Policy, ResourceOf } from '../core/policy.ts';
import type { AttributeFacts } from '../facts/facts.ts';

/** The instance of a test's check: its key, or its key with attributes and context. */
export type TestResourceRef<P extends Policy = Policy, Permission extends PermissionOf<P> = PermissionOf<P>> =
  string | TestInstance<P, Permission>;

/** An instance, with values for this check only. */
export interface TestInstance<P extends Policy, Permission extends PermissionOf<P>> {
  /** The instance key. Absent: the resource as a whole. */
  readonly key?: string | undefined;
  /** Override the attributes of the facts. Default: none. */
  readonly attributes?: AttributesOnResource<P, Permission> | undefined;
  /** For conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

type AttributesOnResource<
  P extends Policy,
  Permission extends string,
> = Permission extends `${infer R extends ResourceOf<P>}:${string}` ? AttributeFacts<P, R> : never;

/** A permission of any policy. */
export type AnyPermission = PermissionOf<Policy>;

/** Converts a test's question to a check for the `Decider`. */
export function toCheck(
  { subject, tenant }: Pick<Check, 'subject' | 'tenant'>,
  permission: AnyPermission,
  on: TestResourceRef = {},
): Check<AnyPermission> {
  const { key: instance, attributes, context } = typeof on === 'string' ? { key: on } : on;
  return { subject, tenant, permission, instance, attributes, context };
}
