import type { AttributeType, GeneratedAttributes } from './policy.ts';
import type { KnownName, Refused } from './wrong.ts';

type Scalar = string | number | boolean;

interface Equality<Value> {
  equals: Value;
  'not-equals': Value;
}

/** The operand types of each attribute type's operators. `{ ref: path }` can replace any operand. */
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

export type UserPaths<User> = GeneratedAttributes & {
  readonly [Name in keyof User & string as `user.${Name}`]: User[Name];
};

export type ResourcePaths<User, Resource> = UserPaths<User> & {
  readonly [Name in keyof Resource & string as `resource.${Name}`]: Resource[Name];
};

/**
 * The type that a condition must have; where it is wrong, a string type with the error message. `context.*` and
 * `tenant.*` are not checked, because the policy does not declare them.
 */
export type CheckedCondition<C, Paths> = Suggested<Connective | keyof Paths> & {
  readonly [K in keyof C]: K extends 'not'
    ? CheckedCondition<C[K], Paths>
    : K extends Connective
      ? CheckedConditions<C[K], Paths>
      : K extends keyof Paths
        ? Paths[K] extends AttributeType
          ? CheckedOperators<C[K], Paths[K], Paths>
          : unknown
        : K extends `context.${string}` | `tenant.${string}`
          ? C[K]
          : Refused<C[K], `There is no attribute "${K & string}".`>;
};

type Connective = 'allOf' | 'anyOf' | 'and' | 'or' | 'not';

/** For editors. Other types check the values. */
type Suggested<Names extends PropertyKey> = { readonly [Name in Names]?: unknown };

type CheckedConditions<List, Paths> = { readonly [I in keyof List]: CheckedCondition<List[I], Paths> };

type CheckedOperators<O, Type extends AttributeType, Paths> = Suggested<keyof Operators[Type]> & {
  readonly [Op in keyof O]: Op extends keyof Operators[Type]
    ? O[Op] extends { readonly ref: infer Path }
      ? { readonly ref: KnownName<Path, keyof Paths & string, 'attribute'> }
      : O[Op] extends Operators[Type][Op]
        ? O[Op]
        : Refused<O[Op], `"${Op & string}" on an attribute of type ${Type} takes a value of another type.`>
    : Refused<O[Op], `"${Op & string}" does not apply to an attribute of type ${Type}.`>;
};
