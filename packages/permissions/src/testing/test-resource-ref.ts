import type { Check } from '../decision.ts';
import type { Policy } from '../policy.ts';
import type { PermissionOf, ResourceOf } from '../policy-types.ts';
import type { AttributeFacts } from '../facts/facts.ts';

/** The instance that a test's question is about: its key, or its key with attributes and context. */
export type TestResourceRef<P extends Policy = Policy, Permission extends PermissionOf<P> = PermissionOf<P>> =
  string | TestInstance<P, Permission>;

/** An instance, with values for this question only. */
export interface TestInstance<P extends Policy, Permission extends PermissionOf<P>> {
  /** The key of the instance. Absent: the question is about the resource as a whole. */
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

/** A test's question as a check of the `Decider` port. */
export function toCheck(
  { subject, tenant }: Pick<Check, 'subject' | 'tenant'>,
  permission: AnyPermission,
  on: TestResourceRef = {},
): Check<AnyPermission> {
  const { key: instance, attributes, context } = typeof on === 'string' ? { key: on } : on;
  return { subject, tenant, permission, instance, attributes, context };
}
