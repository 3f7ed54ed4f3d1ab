import type { RowCondition } from './row-condition.ts';

/** Keys in one plan at most. Databases limit the parameters of a statement: SQLite allows 32,766, PostgreSQL 65,535. */
export const maxListKeys = 10_000;

/**
 * Which rows of a table a user has a permission for. It is plain data: JSON carries it without loss. `whereOf` of `./drizzle`,
 * `./kysely` or `./prisma` turns it into a condition of a query, `meets` decides one row in memory. It is a decision of
 * one moment: plan again for the next query.
 */
export type ListPlan<Relation extends string = string> = ListAll | ListNone | ListSome<Relation>;

/** What every plan names. */
interface Planned {
  /** `resource:action` */
  readonly permission: string;
  /** The rows of other tenants are never in the list. */
  readonly tenant: string;
}

/** Every row of the tenant. */
export interface ListAll extends Planned {
  readonly kind: 'all';
}

/** No row. */
export interface ListNone extends Planned {
  readonly kind: 'none';
}

/** The rows of the tenant that at least one alternative describes. */
export interface ListSome<Relation extends string = string> extends Planned {
  readonly kind: 'some';
  readonly any: readonly [ListAlternative<Relation>, ...ListAlternative<Relation>[]];
}

/** One reason for a row to be in the list. */
export type ListAlternative<Relation extends string = string> =
  | {
      /** The row is one of these instances. */
      readonly by: 'id';
      /** Keys of instances, sorted. */
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
      /** The attributes of the row meet a condition. */
      readonly by: 'condition';
      readonly where: RowCondition;
    };

/** A question for a plan, as a `Decider` takes it. */
export interface ListQuestion<Permission extends string = string, Relation extends string = string> {
  /** Permit.io's key of the user. */
  readonly subject: string;
  /** The key of the tenant. */
  readonly tenant: string;
  /** `resource:action` */
  readonly permission: Permission;
  /** The relations of the resource that the table has as columns. */
  readonly relations: readonly Relation[];
  /** Values for conditions on `context.*`. Default: none. */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}
