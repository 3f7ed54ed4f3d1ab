import type { AttributeTable, AttributeType, GeneratedAttributes } from './attribute-types.ts';
import type { Wrong } from './policy-checks.ts';

/**
 * When a user or a resource belongs to a set, in Permit.io's own vocabulary (its docs: "Working with ABAC, operators"):
 * `{ allOf: [{ 'user.clearance': { equals: 'secret' } }, { not: { … } }] }`. `definePolicy` holds paths, operators and
 * values to the declared attributes; this is the shape that code reads.
 */
export interface Condition {
  readonly [pathOrConnective: string]: unknown;
}

type Scalar = string | number | boolean;

interface Equality<Value> {
  equals: Value;
  'not-equals': Value;
}

/** Which operators a type of attribute has, and what each compares with. `{ ref: path }` may stand in for any value. */
interface Operators {
  bool: Equality<boolean>;
  number: Equality<number> & {
    'less-than': number;
    'less-than-equals': number;
    'greater-than': number;
    'greater-than-equals': number;
    in: readonly number[];
    between: readonly [number, number];
  };
  string: Equality<string> & { contains: string; in: readonly string[] };
  time: Equality<string>;
  array: {
    array_contains: Scalar;
    array_subset: readonly Scalar[];
    array_superset: readonly Scalar[];
    array_intersect: readonly Scalar[];
  };
  json: { object_match: unknown; any_match: unknown; all_match: unknown };
}

/** The paths that a user set's condition may use, each with its type. */
export type UserPaths<User extends AttributeTable> = GeneratedAttributes & {
  readonly [Name in keyof User & string as `user.${Name}`]: User[Name];
};

/** Those of a resource set's condition. */
export type ResourcePaths<User extends AttributeTable, Resource extends AttributeTable> = UserPaths<User> & {
  readonly [Name in keyof Resource & string as `resource.${Name}`]: Resource[Name];
};

/** The condition itself where it is right, a sentence in place of what is wrong. `context.*` and `tenant.*` are open. */
export type CheckedCondition<C, Paths> = {
  readonly [K in keyof C]: K extends 'allOf' | 'anyOf' | 'and' | 'or'
    ? CheckedConditions<C[K], Paths>
    : K extends 'not'
      ? CheckedCondition<C[K], Paths>
      : K extends keyof Paths
        ? Paths[K] extends AttributeType
          ? CheckedOperators<C[K], Paths[K], Paths>
          : never
        : K extends `context.${string}` | `tenant.${string}`
          ? C[K]
          : Wrong<`There is no attribute "${K & string}".`>;
};

type CheckedConditions<List, Paths> = { readonly [I in keyof List]: CheckedCondition<List[I], Paths> };

type CheckedOperators<O, Type extends AttributeType, Paths> = {
  readonly [Op in keyof O]: Op extends keyof Operators[Type]
    ? O[Op] extends { readonly ref: infer Path }
      ? { readonly ref: Path extends keyof Paths ? Path : Wrong<`There is no attribute "${Path & string}".`> }
      : O[Op] extends Operators[Type][Op]
        ? O[Op]
        : Wrong<`"${Op & string}" on an attribute of type ${Type} takes a value of another type.`>
    : Wrong<`"${Op & string}" does not apply to an attribute of type ${Type}.`>;
};
