import type { Check } from '../decision.ts';
import type { Policy } from '../policy.ts';
import type { PermissionOf, ResourceOf } from '../policy-types.ts';
import type { AttributeFacts } from './facts.ts';

/** What a question is about: an instance by its key, or with attributes, which beat those among the facts. */
export type TestOn<P extends Policy = Policy, Permission extends PermissionOf<P> = PermissionOf<P>> =
  string | AboutInstance<P, Permission>;

export interface AboutInstance<P extends Policy, Permission extends PermissionOf<P>> {
  readonly key?: string | undefined;
  readonly attributes?: AttributesOnResource<P, Permission> | undefined;
  /** For conditions on `context.*`. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

type AttributesOnResource<
  P extends Policy,
  Permission extends string,
> = Permission extends `${infer R extends ResourceOf<P>}:${string}` ? AttributeFacts<P, R> : never;

/** A permission of whichever policy. */
export type AnyPermission = PermissionOf<Policy>;

/** The question in the form of the `Decider` port. */
export function checkOf(
  { subject, tenant }: Pick<Check, 'subject' | 'tenant'>,
  permission: AnyPermission,
  on: TestOn = {},
): Check<AnyPermission> {
  const { key: instance, attributes, context } = typeof on === 'string' ? { key: on } : on;
  return { subject, tenant, permission, instance, attributes, context };
}
