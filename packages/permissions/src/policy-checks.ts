import type { AttributeTable } from './attribute-types.ts';
import type { CheckedCondition, ResourcePaths, UserPaths } from './condition-checks.ts';
import type { Condition } from './condition.ts';
import type { Policy, ResourceDefinition, ResourceRoleDefinition } from './policy.ts';
import type { Wrong } from './wrong.ts';

/** Every permission of a table of resources, as `resource:action`. */
export type PermissionIn<Resources extends Policy['resources']> = {
  [K in keyof Resources & string]: `${K}:${Resources[K]['actions'][number]}`;
}[keyof Resources & string];

/** The table itself where it is valid, a `Wrong` sentence in place of each reference to something that does not exist. */
export interface Checked<P extends Policy> {
  readonly userAttributes?: AttributeTable;
  readonly resources: { readonly [K in keyof P['resources']]: CheckedResource<P['resources'], K> };
  readonly roles: { readonly [K in keyof P['roles']]: CheckedRole<P, P['roles'][K]> };
  readonly userSets?: {
    readonly [K in keyof P['userSets']]: {
      readonly name?: string;
      readonly where: CheckedCondition<WhereOf<P['userSets'], K>, UserPaths<UserAttributesIn<P>>>;
    };
  };
  readonly resourceSets?: {
    readonly [K in keyof P['resourceSets']]: CheckedResourceSet<P, NonNullable<P['resourceSets']>[K]>;
  };
  readonly rules?: CheckedRules<P, NonNullable<P['rules']>>;
  readonly defaultRole: KnownName<P['defaultRole'], keyof P['roles'], 'role'>;
}

type KnownName<Name, Known, Kind extends string> = Name extends Known
  ? Name
  : Wrong<`There is no ${Kind} "${Name & string}".`>;

type KnownNames<Names, Known, Kind extends string> = {
  readonly [I in keyof Names]: KnownName<Names[I], Known, Kind>;
};

/** Rejects properties that a definition does not have. Without it the compiler ignores a misspelled property. */
type NoOther<Given, Definition> = {
  readonly [K in Exclude<keyof Given, keyof Definition>]: Wrong<`"${K & string}" is no property here.`>;
};

type Resources = Policy['resources'];

type CheckedResource<All extends Resources, K extends keyof All> = NoOther<All[K], ResourceDefinition> & {
  readonly relations?: KnownNames<All[K]['relations'], keyof All, 'resource'>;
  readonly roles?: {
    readonly [Role in keyof All[K]['roles']]: CheckedResourceRole<All, K, NonNullable<All[K]['roles']>[Role]>;
  };
};

type CheckedResourceRole<All extends Resources, K extends keyof All, Role> = NoOther<
  Role,
  ResourceRoleDefinition
> & {
  readonly permissions: KnownNames<
    PropertyOf<Role, 'permissions'>,
    All[K]['actions'][number],
    `action of ${K & string}`
  >;
  readonly derivedFrom?: CheckedDerivations<All, K, PropertyOf<Role, 'derivedFrom'>>;
};

type CheckedDerivations<All extends Resources, K extends keyof All, List> = {
  readonly [I in keyof List]: CheckedDerivation<All, K, List[I]>;
};

type CheckedDerivation<All extends Resources, K extends keyof All, Derivation> = {
  readonly via: KnownName<
    PropertyOf<Derivation, 'via'>,
    keyof All[K]['relations'],
    `relation of ${K & string}`
  >;
  readonly on: PropertyOf<All[K]['relations'], PropertyOf<Derivation, 'via'>> extends infer Target
    ? PropertyOf<Derivation, 'on'> extends Target
      ? Target
      : Wrong<`The relation leads to "${Target & string}".`>
    : never;
  readonly role: KnownName<
    PropertyOf<Derivation, 'role'>,
    keyof PropertyOf<PropertyOf<All, PropertyOf<Derivation, 'on'>>, 'roles'>,
    `role on ${PropertyOf<Derivation, 'on'> & string}`
  >;
};

type CheckedRole<P extends Policy, Role> = {
  readonly extends?: KnownNames<PropertyOf<Role, 'extends'>, keyof P['roles'], 'role'>;
  readonly permissions: PropertyOf<Role, 'permissions'> extends '*'
    ? '*'
    : KnownNames<PropertyOf<Role, 'permissions'>, PermissionIn<P['resources']>, 'permission'>;
};

type CheckedResourceSet<P extends Policy, Given> = {
  readonly resource: KnownName<PropertyOf<Given, 'resource'>, keyof P['resources'], 'resource'>;
  readonly where: CheckedCondition<
    PropertyOf<Given, 'where'>,
    ResourcePaths<UserAttributesIn<P>, ResourceAttributesIn<P, PropertyOf<Given, 'resource'>>>
  >;
};

type CheckedRules<P extends Policy, List> = { readonly [I in keyof List]: CheckedRule<P, List[I]> };

type CheckedRule<P extends Policy, Given> = {
  readonly userSet?: KnownName<PropertyOf<Given, 'userSet'>, keyof P['userSets'], 'user set'>;
  readonly role?: KnownName<PropertyOf<Given, 'role'>, keyof P['roles'], 'role'>;
  readonly resourceSet?: KnownName<PropertyOf<Given, 'resourceSet'>, keyof P['resourceSets'], 'resource set'>;
  readonly resource?: KnownName<PropertyOf<Given, 'resource'>, keyof P['resources'], 'resource'>;
  readonly permissions: KnownNames<
    PropertyOf<Given, 'permissions'>,
    PermissionIn<P['resources']>,
    'permission'
  >;
};

/** `T[K]` without `undefined`; `never` when `T` has no `K`. */
type PropertyOf<T, K> = K extends keyof T ? NonNullable<T[K]> : never;

type WhereOf<Sets, K extends keyof Sets> =
  PropertyOf<NonNullable<Sets[K]>, 'where'> extends infer C extends Condition ? C : never;

type UserAttributesIn<P extends Policy> = P['userAttributes'] extends AttributeTable
  ? P['userAttributes']
  : Record<never, never>;

type ResourceAttributesIn<P extends Policy, R> = R extends keyof P['resources']
  ? P['resources'][R]['attributes'] extends AttributeTable
    ? P['resources'][R]['attributes']
    : Record<never, never>
  : Record<never, never>;
