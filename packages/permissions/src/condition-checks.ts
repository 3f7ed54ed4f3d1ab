import type { AttributeTable, AttributeType, GeneratedAttributes } from './attribute-types.ts';
import type { Wrong } from './wrong.ts';

type Scalar = string | number | boolean;

interface Equality<Value> {
  equals: Value;
  'not-equals': Value;
}

/** The operators of each attribute type, with the type of the value to compare with. `{ ref: path }` may replace any value. */
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

/** The attribute paths that the condition of a user set may use, with their types. */
export type UserPaths<User extends AttributeTable> = GeneratedAttributes & {
  readonly [Name in keyof User & string as `user.${Name}`]: User[Name];
};

/** The attribute paths that the condition of a resource set may use, with their types. */
export type ResourcePaths<User extends AttributeTable, Resource extends AttributeTable> = UserPaths<User> & {
  readonly [Name in keyof Resource & string as `resource.${Name}`]: Resource[Name];
};

/**
 * The condition itself where it is valid, a `Wrong` sentence in place of each error. Paths under `context.*` and
 * `tenant.*` are not checked: their attributes are not declared in the table.
 */
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
