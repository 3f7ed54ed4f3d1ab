import type { AttributeTable } from '../core/policy.ts';
import type { RowCondition } from './row-condition.ts';

/** The maximum number of keys in a plan. Databases limit the parameters of a statement: SQLite 32,766, PostgreSQL 65,535. */
export const maxListKeys = 10_000;

/**
 * The rows for which a user has a permission, as JSON-serializable data, for `drizzleWhere`, `kyselyWhere`,
 * `prismaWhere` or `meets`. A plan is of one moment: create a new one for each query.
 */
export type ListPlan<Relation extends string = string, Attributes extends AttributeTable = AttributeTable> =
  ListAll<Attributes> | ListNone<Attributes> | ListSome<Relation, Attributes>;

interface Planned<Attributes extends AttributeTable> {
  /** Type-level only, never set: the resource's attributes, which must match those of the columns. */
  attributes?(attributes: Attributes): void;
  /** The permission, as `resource:action`. */
  readonly permission: string;
  /** The tenant key. Rows of other tenants are never in the list. */
  readonly tenant: string;
}

/** A plan that selects every row of the tenant. */
export interface ListAll<Attributes extends AttributeTable = AttributeTable> extends Planned<Attributes> {
  readonly kind: 'all';
}

/** A plan that selects no row. */
export interface ListNone<Attributes extends AttributeTable = AttributeTable> extends Planned<Attributes> {
  readonly kind: 'none';
}

/** A plan that selects the rows of the tenant that match at least one alternative. */
export interface ListSome<
  Relation extends string = string,
  Attributes extends AttributeTable = AttributeTable,
> extends Planned<Attributes> {
  readonly kind: 'some';
  readonly any: readonly [ListAlternative<Relation>, ...ListAlternative<Relation>[]];
}

/** One of several reasons for a row to be in the list. */
export type ListAlternative<Relation extends string = string> =
  | {
      /** The row is one of the instances in `keys`. */
      readonly by: 'id';
      /** Sorted. */
      readonly keys: readonly string[];
    }
  | {
      /** The row is linked to one of the instances in `keys`. */
      readonly by: 'relation';
      readonly relation: Relation;
      /** The keys of the linked instances, sorted. */
      readonly keys: readonly string[];
    }
  | {
      /** The row's attributes satisfy a condition. */
      readonly by: 'condition';
      readonly where: RowCondition;
    };

/** The input of `Decider.list`. */
export interface ListQuestion<Permission extends string = string, Relation extends string = string> {
  /** The user's key in Permit.io. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /** The permission, as `resource:action`. */
  readonly permission: Permission;
  /** The relations of the resource that have a column in the table. */
  readonly relations: readonly Relation[];
  /** Attributes of the user, which override those stored in Permit. Never from the user's own request. Default: none. */
  readonly userAttributes?: Readonly<Record<string, unknown>> | undefined;
  /** Values for conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Why a list cannot be planned: `unsupported_decider` (the decider has no `list`), `unsupported_pdp` (the PDP lacks an
 * API that the plan needs), `unsupported_condition` (plans cannot express the condition), `unknown_relation`,
 * `too_many_keys` (more than `maxListKeys`), `unsupported_actors` (with the ceiling of actors, plans cannot express what
 * a user and an actor have in common), `missing_column` (the plan needs a column that was not given),
 * `unsuitable_column` (the column cannot hold the plan's values).
 */
export type NotPlannable =
  | 'unsupported_decider'
  | 'unsupported_pdp'
  | 'unsupported_condition'
  | 'unknown_relation'
  | 'too_many_keys'
  | 'unsupported_actors'
  | 'missing_column'
  | 'unsuitable_column';

/**
 * Thrown when no database condition expresses a list, so that no rows are listed. A programming or configuration error,
 * whose cause the message names.
 */
export class ListNotPlannableError extends Error {
  override readonly name = 'ListNotPlannableError';
  readonly code = 'LIST_NOT_PLANNABLE';
  readonly reason: NotPlannable;
  constructor(reason: NotPlannable, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
