import type {
  AttributeType,
  PermissionIn,
  DerivationDefinition,
  Policy,
  ResourceDefinition,
  ResourceRoleDefinition,
  ResourceSetDefinition,
  RoleDefinition,
  RuleDefinition,
  ScopeDefinition,
  UserSetDefinition,
} from './policy.ts';
import type { CheckedCondition, ResourcePaths, UserPaths } from './condition-checks.ts';
import type { DidYouMean, KnownName, KnownNames, NoOther, Wrong } from './wrong.ts';

/**
 * The parameter type of `definePolicy`. It names `P` so that the compiler infers the policy's literals from the
 * argument; with an intersection, editors would suggest nothing where a name is missing.
 */
export type CheckedPolicy<P> = [P] extends [never] ? P : Checked<P>;

/** Known names for each reference, and a `Wrong` message for a wrong one. */
type Checked<P> = NoOther<P, Policy, 'policy'> & {
  readonly userAttributes?: CheckedAttributes<Part<P, 'userAttributes'>>;
  readonly resources: {
    readonly [K in keyof Part<P, 'resources'>]: CheckedResource<Part<P, 'resources'>, K>;
  };
  readonly roles: {
    readonly [K in keyof Part<P, 'roles'>]: CheckedRole<P, Part<P, 'roles'>[K]>;
  };
  readonly userSets?: {
    readonly [K in keyof Part<P, 'userSets'>]: CheckedUserSet<P, Part<P, 'userSets'>[K]>;
  };
  readonly resourceSets?: {
    readonly [K in keyof Part<P, 'resourceSets'>]: CheckedResourceSet<P, Part<P, 'resourceSets'>[K]>;
  };
  readonly rules?: CheckedRules<P, Part<P, 'rules'>>;
  readonly scopes?: {
    readonly [K in keyof Part<P, 'scopes'>]: CheckedScope<P, Part<P, 'scopes'>[K]>;
  };
  readonly defaultRole: KnownName<Part<P, 'defaultRole'>, RolesOf<P>, 'role'>;
};

/** `T[K]` without `undefined`; `never` when `T` has no `K`. */
type Part<T, K> = K extends keyof T ? NonNullable<T[K]> : never;

/** Any string when `resources` is missing, so that the compiler reports only that. */
type PermissionsOf<P> = 'resources' extends keyof P
  ? Part<P, 'resources'> extends infer R extends Policy['resources']
    ? PermissionIn<R>
    : string
  : string;

/** Any string when `roles` is missing. */
type RolesOf<P> = 'roles' extends keyof P ? keyof P['roles'] & string : string;

type CheckedAttributes<Table> = {
  readonly [Name in keyof Table]: [Table[Name]] extends [AttributeType]
    ? AttributeType
    : Wrong<`There is no type "${Table[Name] & string}".${Suggested<Table[Name]>}`, AttributeType>;
};

/** The names that other tools have for the types. */
interface OtherTypeNames {
  readonly boolean: 'bool';
  readonly text: 'string';
  readonly integer: 'number';
  readonly int: 'number';
  readonly float: 'number';
  readonly date: 'time';
  readonly datetime: 'time';
  readonly timestamp: 'time';
  readonly list: 'array';
  readonly object: 'json';
}

type Suggested<Name> = Name extends keyof OtherTypeNames
  ? ` Did you mean "${OtherTypeNames[Name]}"?`
  : DidYouMean<Name & string, AttributeType>;

type CheckedResource<All, K extends keyof All> = NoOther<All[K], ResourceDefinition, 'resource'> & {
  readonly name?: string;
  readonly renamedFrom?: string;
  readonly actions: readonly [string, ...string[]];
  readonly changesAccess?: KnownNames<
    Part<All[K], 'changesAccess'>,
    ActionOf<All[K]>,
    `action of ${K & string}`
  >;
  readonly attributes?: CheckedAttributes<Part<All[K], 'attributes'>>;
  readonly relations?: {
    readonly [Name in keyof Part<All[K], 'relations'>]: KnownName<
      Part<All[K], 'relations'>[Name],
      keyof All & string,
      'resource'
    >;
  };
  readonly roles?: {
    readonly [Role in keyof Part<All[K], 'roles'>]: CheckedResourceRole<All, K, Part<All[K], 'roles'>[Role]>;
  };
};

type CheckedResourceRole<All, K extends keyof All, Role> = NoOther<Role, ResourceRoleDefinition, 'role'> & {
  readonly name?: string;
  readonly renamedFrom?: string;
  readonly permissions: KnownNames<Part<Role, 'permissions'>, ActionOf<All[K]>, `action of ${K & string}`>;
  readonly derivedFrom?: CheckedDerivations<All, K, Part<Role, 'derivedFrom'>>;
  readonly onlyWithoutDirectRole?: boolean;
};

type ActionOf<Resource> = Resource extends { readonly actions: readonly (infer Action extends string)[] }
  ? Action
  : never;

type CheckedDerivations<All, K extends keyof All, List> = {
  readonly [I in keyof List]: CheckedDerivation<All, K, List[I]>;
};

type CheckedDerivation<All, K extends keyof All, Derivation> = NoOther<
  Derivation,
  DerivationDefinition,
  'derivation'
> & {
  readonly via: KnownName<
    Part<Derivation, 'via'>,
    keyof Table<All[K], 'relations'> & string,
    `relation of ${K & string}`
  >;
  readonly on: Part<Derivation, 'on'> extends TargetOf<All[K], Part<Derivation, 'via'>>
    ? TargetOf<All[K], Part<Derivation, 'via'>>
    : Wrong<
        `The relation leads to "${TargetOf<All[K], Part<Derivation, 'via'>>}".`,
        TargetOf<All[K], Part<Derivation, 'via'>>
      >;
  readonly role: KnownName<
    Part<Derivation, 'role'>,
    keyof Table<Part<All, Part<Derivation, 'on'>>, 'roles'> & string,
    `role on ${Part<Derivation, 'on'> & string}`
  >;
};

/** The resource that a relation links to; for an unknown relation, the resources of all relations. */
type TargetOf<Resource, Relation> =
  Part<Resource, 'relations'> extends infer Relations
    ? (Relation extends keyof Relations ? Relations[Relation] : Relations[keyof Relations]) & string
    : never;

type CheckedRole<P, Role> = NoOther<Role, RoleDefinition, 'role'> & {
  readonly name?: string;
  readonly renamedFrom?: string;
  readonly extends?: KnownNames<Part<Role, 'extends'>, RolesOf<P>, 'role'>;
  readonly permissions: Part<Role, 'permissions'> extends infer Given
    ? [Given] extends ['*']
      ? '*' | readonly PermissionsOf<P>[]
      : Given extends string
        ? Wrong<`"${Given}" is no list of permissions, nor "*".`, '*'>
        : KnownNames<Given, PermissionsOf<P>, 'permission'>
    : never;
};

type CheckedScope<P, Given> = NoOther<Given, ScopeDefinition, 'scope'> & {
  readonly name: string;
  readonly permissions: KnownNames<Part<Given, 'permissions'>, PermissionsOf<P>, 'permission'>;
};

type CheckedUserSet<P, Given> = NoOther<Given, UserSetDefinition, 'user set'> & {
  readonly name?: string;
  readonly anyRole?: true;
  readonly where: CheckedCondition<Part<Given, 'where'>, UserPaths<Table<P, 'userAttributes'>>>;
};

type CheckedResourceSet<P, Given> = NoOther<Given, ResourceSetDefinition, 'resource set'> & {
  readonly name?: string;
  readonly resource: KnownName<Part<Given, 'resource'>, keyof Table<P, 'resources'> & string, 'resource'>;
  readonly where: CheckedCondition<
    Part<Given, 'where'>,
    ResourcePaths<
      Table<P, 'userAttributes'>,
      Table<Part<Part<P, 'resources'>, Part<Given, 'resource'>>, 'attributes'>
    >
  >;
};

type CheckedRules<P, List> = { readonly [I in keyof List]: CheckedRule<P, List[I]> };

type CheckedRule<P, Given> = NoOther<Given, RuleDefinition, 'rule'> & {
  readonly userSet?: KnownName<Part<Given, 'userSet'>, keyof Table<P, 'userSets'> & string, 'user set'>;
  readonly role?: KnownName<Part<Given, 'role'>, RolesOf<P>, 'role'>;
  readonly resourceSet?: KnownName<
    Part<Given, 'resourceSet'>,
    keyof Table<P, 'resourceSets'> & string,
    'resource set'
  >;
  readonly resource?: KnownName<Part<Given, 'resource'>, keyof Table<P, 'resources'> & string, 'resource'>;
  readonly permissions: KnownNames<Part<Given, 'permissions'>, PermissionsOf<P>, 'permission'>;
};

/** `T[K]`, or an empty record when `T` has no `K`, because `keyof never` would accept every name. */
type Table<T, K> = [Part<T, K>] extends [never] ? Record<never, never> : Part<T, K>;
