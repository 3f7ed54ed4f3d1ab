import type { AttributeTable, AttributeType, Policy, ResourceOf } from '../core/policy.ts';

/**
 * Types the names in lists: `reports.parent` for a relation, `reports.pages:number` for an attribute. `never`, so that
 * every name compiles, when the policy's type is not known.
 */
export type ListFieldOf<P extends Policy> =
  string extends ResourceOf<P>
    ? never
    : {
          [R in ResourceOf<P>]:
            `${R}.` | RelationField<P['resources'][R], R> | AttributeField<P['resources'][R], R>;
        }[ResourceOf<P>] extends infer Field extends string
      ? Field
      : never;

type RelationField<Definition, Resource extends string> = Definition extends {
  readonly relations: infer Relations;
}
  ? `${Resource}.${keyof Relations & string}`
  : never;

type AttributeField<Definition, Resource extends string> = Definition extends {
  readonly attributes: infer Table;
}
  ? { [Name in keyof Table & string]: `${Resource}.${Name}:${Table[Name] & string}` }[keyof Table & string]
  : never;

export type RelationIn<Field extends string, Resource extends string> = [Field] extends [never]
  ? string
  : Field extends `${Resource}.${infer Name}`
    ? Name extends '' | `${string}:${string}`
      ? never
      : Name
    : never;

export type AttributesIn<Field extends string, Resource extends string> = [Field] extends [never]
  ? AttributeTable
  : {
      readonly [
        F in Field as F extends `${Resource}.${infer Name}:${string}` ? Name : never
      ]: F extends `${string}:${infer Type extends AttributeType}` ? Type : never;
    };

/** Otherwise the known relations, so that the error message prints them. */
export type KnownRelation<Relation extends string, Known extends string> = [Relation] extends [Known]
  ? Relation
  : Known;
