import type { Check, Decider, Decision, Grants } from './decision.ts';
import { PermissionDeniedError } from './errors.ts';
import type { ServerAttributes } from './server-attributes.ts';

/** The resource that a permission is about; any for a permission that is not known by name. */
export type ResourceIn<Permission extends string> = string extends Permission
  ? string
  : Permission extends `${infer Resource}:${string}`
    ? Resource
    : never;

/** What a question is about: an instance by its key, or with what the server knows of it. */
export type ResourceRef<Resource extends string = string> =
  | string
  | {
      readonly key?: string | undefined;
      readonly attributes?: ServerAttributes<Resource> | undefined;
      readonly context?: ServerAttributes<'context'> | undefined;
    };

export interface Question<Permission extends string> {
  readonly permission: Permission;
  readonly on?: ResourceRef<ResourceIn<Permission>> | undefined;
}

/** The permissions of one person in one tenant, asked live. Every method rejects with `AuthorizationUnavailableError`. */
export interface Permissions<Permission extends string = string, Role extends string = string> {
  readonly subject: string;
  readonly tenant: string;
  check<P extends Permission>(
    permission: P,
    on?: ResourceRef<ResourceIn<P>>,
  ): Promise<Decision<Permission, Role>>;
  /** One round trip for all, answered in order. */
  checkMany(questions: readonly Question<Permission>[]): Promise<Decision<Permission, Role>[]>;
  /** Resolves when allowed. @throws {PermissionDeniedError} */
  require<P extends Permission>(permission: P, on?: ResourceRef<ResourceIn<P>>): Promise<void>;
  /** The items that are allowed, in their order; one round trip. */
  filter<Item, P extends Permission>(
    permission: P,
    items: readonly Item[],
    on: (item: Item) => ResourceRef<ResourceIn<P>>,
  ): Promise<Item[]>;
  /** Roles and permissions in the tenant as a whole, for showing. */
  granted(): Promise<Grants<Permission, Role>>;
}

/** Binds a decider to a person in a tenant, so that neither can be passed wrongly further down. */
export function createPermissions<Permission extends string, Role extends string>(
  decider: Decider<Permission, Role>,
  { subject, tenant }: { readonly subject: string; readonly tenant: string },
): Permissions<Permission, Role> {
  const checkOf = ({
    permission,
    on,
  }: {
    permission: Permission;
    on?: ResourceRef | undefined;
  }): Check<Permission> => {
    const { key: instance, attributes, context } = typeof on === 'string' ? { key: on } : (on ?? {});
    return {
      subject,
      tenant,
      permission,
      instance,
      attributes: attributes?.values,
      context: context?.values,
    };
  };
  const ask = async (questions: readonly { permission: Permission; on?: ResourceRef | undefined }[]) => {
    if (questions.length === 0) return [];
    const decisions = await decider.decide(questions.map(checkOf));
    if (decisions.length !== questions.length) throw new TypeError('The decider must answer every check.');
    return decisions;
  };
  const check = async (permission: Permission, on?: ResourceRef): Promise<Decision<Permission, Role>> => {
    const [decision] = await ask([{ permission, on }]);
    if (decision === undefined) throw new TypeError('The decider must answer every check.');
    return decision;
  };

  return {
    subject,
    tenant,
    check,
    checkMany: ask,
    async require(permission, on) {
      const decision = await check(permission, on);
      if (decision.outcome === 'deny') throw new PermissionDeniedError(decision);
    },
    async filter(permission, items, on) {
      const decisions = await ask(items.map((item) => ({ permission, on: on(item) })));
      return items.filter((_, index) => decisions[index]?.outcome === 'allow');
    },
    granted: () => decider.grants(subject, tenant),
  };
}
