import { withActors, withinScopes } from './ceilings.ts';
import type { Check, DecideOptions, Decider, Decision, Grants } from './decision.ts';
import type {
  WithInstances,
  WithoutInstance,
  WithoutResource,
  InstancePermissionOf,
  ResourceIn,
} from './instance-permission.ts';
import { ListNotPlannableError, type ListPlan } from '../list/list-plan.ts';
import type { AttributesIn, KnownRelation, ListFieldOf, RelationIn } from '../list/list-field.ts';
import { ExplanationUnavailableError, PermissionDeniedError } from './errors.ts';
import type { CheckedExplanation } from '../explain/explanation.ts';
import { valuesOf, type ServerAttributes } from './server-attributes.ts';
import type { PermissionOf, Policy, RoleOf } from './policy.ts';
import { isRecord } from './records.ts';

/** The instance of a check: its key, or an object with its key and with attributes and context from the server. */
export type ResourceRef<Resource extends string = string> =
  | string
  | {
      /** The instance key. Omit it to check the resource as a whole. */
      readonly key?: string | undefined;
      /** Attributes from `serverAttributes`, which override those stored in Permit. Default: none. */
      readonly attributes?: ServerAttributes<Resource> | undefined;
      /** Values from `serverContext`, for conditions on `context.*`. Default: none. */
      readonly context?: ServerAttributes<'context'> | undefined;
    };

export function instanceOf(on: ResourceRef | undefined): string | undefined {
  return typeof on === 'object' ? on.key : on;
}

/** One check of `checkMany`. */
export interface Question<Permission extends string> {
  /** The permission to check, as `resource:action`. */
  readonly permission: Permission;
  /** The instance. Omit it to check the resource as a whole. */
  readonly on?: ResourceRef<ResourceIn<Permission>> | undefined;
}

/** Options of `Permissions.list`. */
export interface ListOptions<Relation extends string = string> {
  /**
   * Relations of the resource with a column in the table, for example `['parent']`. Where it can, the plan compares
   * these columns, which `drizzleWhere`, `kyselyWhere` and `prismaWhere` then require, instead of listing the keys of
   * all instances. Default: none.
   */
  readonly relations?: readonly Relation[] | undefined;
  /** Values from `serverContext`, for conditions on `context.*`. Default: none. */
  readonly context?: ServerAttributes<'context'> | undefined;
}

/**
 * The permissions of one user in one tenant. Every method asks the decider, and rejects with
 * `AuthorizationUnavailableError` when no decision can be made. `InstancePermission` (`InstancePermissionOf`): the
 * permissions whose checks must name an instance, or `undefined`. `ListField` (`ListFieldOf`): the relations and
 * attributes of lists.
 */
export interface Permissions<
  Permission extends string = string,
  Role extends string = string,
  InstancePermission extends string = never,
  ListField extends string = never,
> {
  /** The user's key in Permit.io. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /** The keys of the actors who act for the user, if any. A gate's option `actors` says what that changes. */
  readonly actors?: readonly string[] | undefined;
  /** The scopes that limit the permissions; `undefined` without a limit. */
  readonly scopes?: readonly string[] | undefined;
  /** Returns those of the permissions that every actor has too: the same without an actor. */
  withCeiling(): Permissions<Permission, Role, InstancePermission, ListField>;
  /**
   * Decides one check. An outage rejects. Even a denial is truthy, so compare its `outcome` with `'allow'`, or use
   * `require`.
   */
  check<P extends Permission, const On extends ResourceRef<ResourceIn<P>> | undefined>(
    permission: P,
    on: On & WithoutResource<On, Permission>,
  ): Promise<Decision<Permission, Role>>;
  /** Decides one check of the resource as a whole. */
  check<P extends Permission>(
    permission: P & WithoutInstance<P, InstancePermission>,
  ): Promise<Decision<Permission, Role>>;
  /** Decides all questions in one round trip. Returns the decisions in the order of the questions. */
  checkMany(
    questions: readonly (Question<Permission> & { readonly on: unknown })[],
    options?: DecideOptions,
  ): Promise<Decision<Permission, Role>[]>;
  /** Decides all questions in one round trip; those about the resource as a whole may omit `on`. */
  checkMany<const Questions extends readonly Question<Permission>[]>(
    questions: Questions & WithInstances<Questions, InstancePermission>,
    options?: DecideOptions,
  ): Promise<Decision<Permission, Role>[]>;
  /**
   * Resolves when the permission is allowed. Await it: otherwise the code after it runs in any case.
   * @throws {PermissionDeniedError} when it is denied
   */
  require<P extends Permission, const On extends ResourceRef<ResourceIn<P>> | undefined>(
    permission: P,
    on: On & WithoutResource<On, Permission>,
  ): Promise<void>;
  /**
   * Resolves when the permission is allowed on the resource as a whole.
   * @throws {PermissionDeniedError} when it is denied
   */
  require<P extends Permission>(permission: P & WithoutInstance<P, InstancePermission>): Promise<void>;
  /** Returns the items on which the permission is allowed, in the given order. All checks are one round trip. */
  filter<Item, P extends Permission>(
    permission: P,
    items: readonly Item[],
    on: (item: Item) => ResourceRef<ResourceIn<P>>,
  ): Promise<Item[]>;
  /**
   * Plans a query for the rows of a table on which the permission is allowed, the same rows that `filter` would return.
   * `drizzleWhere`, `kyselyWhere` or `prismaWhere` renders the plan, so that the database paginates, counts and sorts:
   *
   * ```ts
   * const plan = await permissions.list('reports:view');
   * const where = drizzleWhere(plan, { tenant: reports.tenant, id: reports.id });
   * ```
   * @throws {ListNotPlannableError} naming the cause
   */
  list<P extends Permission, const Relation extends string = never>(
    permission: P,
    options?: ListOptions<KnownRelation<Relation, RelationIn<ListField, ResourceIn<P>>>>,
  ): Promise<ListPlan<Relation, AttributesIn<ListField, ResourceIn<P>>>>;
  /** Returns the user's tenant roles and their permissions, for display only. See `Decider.grants`. */
  granted(): Promise<Grants<Permission, Role>>;
  /**
   * Explains why the permission is allowed, or what would allow it, as data and as text. See `Decider.explain`.
   * @throws {ExplanationUnavailableError} when the decider cannot explain.
   */
  explain<P extends Permission>(
    permission: P,
    on: ResourceRef<ResourceIn<P>> | undefined,
  ): Promise<CheckedExplanation>;
  /** Explains why the permission is allowed on the resource as a whole, or what would allow it. */
  explain<P extends Permission>(
    permission: P & WithoutInstance<P, InstancePermission>,
  ): Promise<CheckedExplanation>;
}

/** The user and the tenant to create `Permissions` for, from verified claims. */
export interface PermissionsOf {
  /** The user's key in Permit.io. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /**
   * The keys of the actors who act for the user, from the `act` claim of a token exchange (RFC 8693, section 4.1).
   * Decisions are still about the user, but gates can refuse actors, or require their permission too. Default: none.
   */
  readonly actors?: readonly string[] | undefined;
  /**
   * The scopes of the token, which limit the permissions to those that a scope of the policy covers. Pass them for an
   * application that acts for the user and is not your own: `claims.scope.split(' ')`. With an empty list, nothing is
   * allowed. Default: no limit.
   */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * Creates the `Permissions` of one user in one tenant. Call it for each request, with a verified token's claims:
 *
 * ```ts
 * const permissions = createPermissions(decider, { subject: claims.sub, tenant: claims.organization_id });
 * await permissions.require('reports:publish', id);
 * ```
 * @throws {TypeError} without a subject or a tenant, or with scopes that are not a list
 */
export function createPermissions<
  Permission extends string,
  Role extends string,
  InstancePermission extends string = never,
  ListField extends string = never,
>(
  given: Decider<Permission, Role, InstancePermission, ListField>,
  { subject, tenant, actors = [], scopes }: PermissionsOf,
): Permissions<Permission, Role, InstancePermission, ListField> {
  assertKey('subject', subject);
  assertKey('tenant', tenant);
  assertScopes(scopes);
  const decider = scopes === undefined ? given : withinScopes(given, scopes);
  const checkOf = ({
    permission,
    on,
  }: {
    permission: Permission;
    on?: ResourceRef | undefined;
  }): Check<Permission> => {
    const { key: instance, attributes, context } = isRecord(on) ? on : { key: on };
    if (instance !== undefined && typeof instance !== 'string')
      throw new TypeError(`The instance of ${permission} is not a key: pass a string.`);
    return {
      subject,
      tenant,
      permission,
      instance,
      attributes: valuesOf(attributes, 'attributes'),
      context: valuesOf(context, 'context'),
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

  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names in its types are for callers only
  const list = (async (permission: Permission, { relations = [], context }: ListOptions = {}) => {
    if (decider.list === undefined)
      throw new ListNotPlannableError('unsupported_decider', 'This decider does not plan lists.');
    return decider.list({ subject, tenant, permission, relations, context: valuesOf(context, 'context') });
  }) as Permissions<Permission, Role, InstancePermission, ListField>['list'];

  return {
    subject,
    tenant,
    actors,
    scopes,
    withCeiling: () => createPermissions(withActors(given, actors), { subject, tenant, actors, scopes }),
    check,
    checkMany: ask,
    async require(permission: Permission, on?: ResourceRef) {
      const decision = await check(permission, on);
      if (decision.outcome !== 'allow') throw new PermissionDeniedError(decision, instanceOf(on));
    },
    async filter(permission, items, on) {
      const decisions = await ask(items.map((item) => ({ permission, on: on(item) })));
      return items.filter((_, index) => decisions[index]?.outcome === 'allow');
    },
    list,
    granted: () => decider.grants(subject, tenant),
    async explain(permission: Permission, on?: ResourceRef) {
      if (decider.explain === undefined)
        throw new ExplanationUnavailableError('This decider has no `explain`: it cannot explain decisions.');
      return decider.explain(checkOf({ permission, on }));
    },
  };
}

/** Otherwise, a missing claim would produce a check that the PDP cannot read, and look like an outage. */
function assertKey(name: 'subject' | 'tenant', key: unknown): void {
  if (typeof key === 'string' && key !== '') return;
  throw new TypeError(
    `createPermissions needs a ${name}, from a verified token. Refuse the request without one.`,
  );
}

/** A claim that was not split has the length of a list, and its letters could be scopes. */
function assertScopes(scopes: unknown): void {
  if (scopes === undefined || (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')))
    return;
  throw new TypeError('`scopes` must be a list of strings: split the `scope` claim at its spaces.');
}

/**
 * The `Permissions` type of a policy, for the request context:
 * `readonly permissions: PolicyPermissions<typeof policy>`. Unlike `Permissions<Permission, Role>`, it knows which
 * permissions need an instance.
 */
export type PolicyPermissions<P extends Policy> = Permissions<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>,
  ListFieldOf<P>
>;

/** The `Decider` type of a policy, for the dependencies of a server. */
export type PolicyDecider<P extends Policy> = Decider<
  PermissionOf<P>,
  RoleOf<P>,
  InstancePermissionOf<P>,
  ListFieldOf<P>
>;
