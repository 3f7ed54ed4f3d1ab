import type { Check, DecideOptions, Decider, Decision, Grants } from './decision.ts';
import type { WithInstances, WithoutInstance } from './instance-permission.ts';
import { ListNotPlannableError } from './list/list-not-plannable-error.ts';
import type { ListPlan } from './list/list-plan.ts';
import { ExplanationUnavailableError, PermissionDeniedError } from './errors.ts';
import type { CheckedExplanation } from './explain/explanation.ts';
import type { ServerAttributes } from './server-attributes.ts';

/** The resource key of a permission; `string` when the permission is not known as a literal. */
export type ResourceIn<Permission extends string> = string extends Permission
  ? string
  : Permission extends `${infer Resource}:${string}`
    ? Resource
    : never;

/** The instance that a check is about: its key, or its key with what the server knows of it. */
export type ResourceRef<Resource extends string = string> =
  | string
  | {
      /** The key of the instance. Absent: the check is about the resource as a whole. */
      readonly key?: string | undefined;
      /** Override the attributes that Permit has stored. Default: none. */
      readonly attributes?: ServerAttributes<Resource> | undefined;
      /** For conditions on `context.*`. Default: none. */
      readonly context?: ServerAttributes<'context'> | undefined;
    };

/** The key of the instance; `undefined` when the reference is to the resource as a whole. */
export function instanceOf(on: ResourceRef | undefined): string | undefined {
  return typeof on === 'object' ? on.key : on;
}

/** One check of `checkMany`. */
export interface Question<Permission extends string> {
  /** `resource:action` */
  readonly permission: Permission;
  /** The instance. Absent: the check is about the resource as a whole. */
  readonly on?: ResourceRef<ResourceIn<Permission>> | undefined;
}

/** How a list is planned. */
export interface ListOptions<Relation extends string = string> {
  /**
   * Relations of the resource that the table has as columns, as `['parent']`. Rows are then found by the columns instead of
   * by the keys of all instances; `whereOf` needs these columns. Default: none.
   */
  readonly relations?: readonly Relation[] | undefined;
  /** For conditions on `context.*`. Default: none. */
  readonly context?: ServerAttributes<'context'> | undefined;
}

/**
 * The permissions of one user in one tenant. Every call asks the decider. Every method rejects with
 * `AuthorizationUnavailableError` when no decision could be made. A check of an `InstancePermission` (`InstancePermissionOf`)
 * must say which instance it is about, or `undefined` for the resource as a whole.
 */
export interface Permissions<
  Permission extends string = string,
  Role extends string = string,
  InstancePermission extends string = never,
> {
  /** Permit.io's key of the user. */
  readonly subject: string;
  /** The key of the tenant. */
  readonly tenant: string;
  /** Who acts for the user, by their keys; absent or empty when nobody does. A gate with `actors: 'deny'` refuses them. */
  readonly actors?: readonly string[] | undefined;
  /** Decides one check. A deny is a value, it does not reject. */
  check<P extends Permission>(
    permission: P,
    on: ResourceRef<ResourceIn<P>> | undefined,
  ): Promise<Decision<Permission, Role>>;
  /** Decides one check about the resource as a whole. A deny is a value, it does not reject. */
  check<P extends Permission>(
    permission: P & WithoutInstance<P, InstancePermission>,
  ): Promise<Decision<Permission, Role>>;
  /** Decides all questions in one round trip; the decisions are in the order of the questions. */
  checkMany(
    questions: readonly (Question<Permission> & { readonly on: unknown })[],
    options?: DecideOptions,
  ): Promise<Decision<Permission, Role>[]>;
  /** The same, where some questions are about the resource as a whole. */
  checkMany<const Questions extends readonly Question<Permission>[]>(
    questions: Questions & WithInstances<Questions, InstancePermission>,
    options?: DecideOptions,
  ): Promise<Decision<Permission, Role>[]>;
  /** Resolves when allowed. @throws {PermissionDeniedError} when denied. */
  require<P extends Permission>(permission: P, on: ResourceRef<ResourceIn<P>> | undefined): Promise<void>;
  /** The same, about the resource as a whole. */
  require<P extends Permission>(permission: P & WithoutInstance<P, InstancePermission>): Promise<void>;
  /** The items for which the permission is allowed, in their order; one round trip. */
  filter<Item, P extends Permission>(
    permission: P,
    items: readonly Item[],
    on: (item: Item) => ResourceRef<ResourceIn<P>>,
  ): Promise<Item[]>;
  /**
   * Which rows of a table the permission is allowed for, as a plan: `whereOf` of `./drizzle`, `./kysely` or `./prisma` makes it
   * a condition of a query, so that the database pages, counts and sorts. It keeps the rows that `filter` keeps.
   * @throws {ListNotPlannableError} when the list cannot be planned, in words.
   */
  list<const Relation extends string = never>(
    permission: Permission,
    options?: ListOptions<Relation>,
  ): Promise<ListPlan<Relation>>;
  /** Tenant roles and their permissions, for display and not for decisions. See `Decider.grants`. */
  granted(): Promise<Grants<Permission, Role>>;
  /**
   * Why the permission is allowed, or what would allow it: as data, and as text. See `Decider.explain`.
   * @throws {ExplanationUnavailableError} when the decider cannot explain.
   */
  explain<P extends Permission>(permission: P, on?: ResourceRef<ResourceIn<P>>): Promise<CheckedExplanation>;
}

/** Whose permissions they are, out of claims that were verified. */
export interface PermissionsOf {
  /** Permit.io's key of the user. */
  readonly subject: string;
  /** The key of the tenant. */
  readonly tenant: string;
  /**
   * Who acts for the user, by their keys: the claim `act` of a token exchange (RFC 8693, section 4.1). The decisions are the user's all
   * the same; gates may refuse actors. Default: nobody.
   */
  readonly actors?: readonly string[] | undefined;
}

/** Binds a decider to a user and a tenant, so that code further down cannot pass the wrong ones. */
export function createPermissions<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
>(
  decider: Decider<Permission, Role, InstancePermission>,
  { subject, tenant, actors }: PermissionsOf,
): Permissions<Permission, Role, InstancePermission> {
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
  const ask = async (
    questions: readonly { permission: Permission; on?: ResourceRef | undefined }[],
    options?: DecideOptions,
  ) => {
    if (questions.length === 0) return [];
    const decisions = await decider.decide(questions.map(checkOf), options);
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
    actors,
    check,
    checkMany: ask,
    async require(permission: Permission, on?: ResourceRef) {
      const decision = await check(permission, on);
      if (decision.outcome === 'deny') throw new PermissionDeniedError(decision, instanceOf(on));
    },
    async filter(permission, items, on) {
      const decisions = await ask(items.map((item) => ({ permission, on: on(item) })));
      return items.filter((_, index) => decisions[index]?.outcome === 'allow');
    },
    async list(permission, { relations = [], context } = {}) {
      if (decider.list === undefined)
        throw new ListNotPlannableError('unsupported_decider', 'This decider does not plan lists.');
      return decider.list({ subject, tenant, permission, relations, context: context?.values });
    },
    granted: () => decider.grants(subject, tenant),
    async explain(permission, on) {
      if (decider.explain === undefined)
        throw new ExplanationUnavailableError('This decider has no `explain`: it cannot explain decisions.');
      return decider.explain(checkOf({ permission, on }));
    },
  };
}
