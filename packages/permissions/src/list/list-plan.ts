import type { AttributeTable } from '../core/policy.ts';
import type { RowCondition } from './row-condition.ts';

/** The maximum number of keys in a plan. Databases limit the parameters of a statement: SQLite 32,766, PostgreSQL 65,535. */
export const maxListKeys = 10_000;

/**
 * The rows of a table for which a user has a permission, as JSON-serializable data. `drizzleWhere`, `kyselyWhere` or
 * `prismaWhere` renders it as a query condition; `meets` evaluates it for one row in memory. A plan is a decision at
 * one moment: create a new plan for each query.
 */
export type ListPlan<Relation extends string = string, Attributes extends AttributeTable = AttributeTable> =
  ListAll<Attributes> | ListNone<Attributes> | ListSome<Relation, Attributes>;

/** Fields that every plan has. */
interface Planned<Attributes extends AttributeTable> {
  /** Type-level only, never set: the resource's attributes, compared with those of the columns. */
  attributes?(attributes: Attributes): void;
  /** `resource:action` */
  readonly permission: string;
  /** Rows of other tenants are never in the list. */
  readonly tenant: string;
}

/** Every row of the tenant. */
export interface ListAll<Attributes extends AttributeTable = AttributeTable> extends Planned<Attributes> {
  readonly kind: 'all';
}

/** No row. */
export interface ListNone<Attributes extends AttributeTable = AttributeTable> extends Planned<Attributes> {
  readonly kind: 'none';
}

/** The rows of the tenant that match at least one alternative. */
export interface ListSome<
  Relation extends string = string,
  Attributes extends AttributeTable = AttributeTable,
> extends Planned<Attributes> {
  readonly kind: 'some';
  readonly any: readonly [ListAlternative<Relation>, ...ListAlternative<Relation>[]];
}

/** One reason for a row to be in the list. */
export type ListAlternative<Relation extends string = string> =
  | {
      /** The row is one of these instances. */
      readonly by: 'id';
      /** Instance keys, sorted. */
      readonly keys: readonly string[];
    }
  | {
      /** The row is linked to one of these instances. */
      readonly by: 'relation';
      /** The name of the relation in the policy. */
      readonly relation: Relation;
      /** Keys of linked instances, sorted. */
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
  /** `resource:action` */
  readonly permission: Permission;
  /** The relations of the resource that have a column in the table. */
  readonly relations: readonly Relation[];
  /** Values for conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Why a list cannot be planned: `unsupported_decider` (the decider has no `list`), `unsupported_pdp` (the PDP lacks an
 * API that the plan needs), `unsupported_condition` (plans cannot express the condition), `unknown_relation`,
 * `too_many_keys` (more than `maxListKeys`), `missing_column` (the plan needs a column that was not given),
 * `unsuitable_column` (the column cannot hold the plan's values).
 */
export type NotPlannable =
  | 'unsupported_decider'
  | 'unsupported_pdp'
  | 'unsupported_condition'
  | 'unknown_relation'
  | 'too_many_keys'
  | 'missing_column'
  | 'unsuitable_column';

/**
 * The list cannot be expressed as a database condition. It fails closed: no rows are listed. This is a programming or
 * configuration error, so the same call fails again. The message names the cause.
 */
export class ListNotPlannableError extends Error {
  override readonly name = 'ListNotPlannableError';
  /** Stable error code. */
  readonly code = 'LIST_NOT_PLANNABLE';
  /** Why it cannot be planned. */
  readonly reason: NotPlannable;
  constructor(reason: NotPlannable, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
