import type { Policy } from './policy.ts';
import type { Mistake } from './wrong.ts';

/**
 * Permissions for which the instance is easily forgotten: instance roles grant them, but no rule and no tenant role by
 * name. (A role with `'*'` has every permission, so it does not count.) A check without an instance denies everyone who
 * has the permission through an instance role.
 */
export type InstancePermissionOf<P extends Policy> = Exclude<
  GrantedOnInstances<P>,
  GrantedByName<P> | GrantedByRules<P>
>;

type GrantedOnInstances<P extends Policy> = {
  [R in keyof P['resources'] & string]: P['resources'][R] extends { readonly roles: infer Roles }
    ? `${R}:${Actions<Roles[keyof Roles]>}`
    : never;
}[keyof P['resources'] & string];

type Actions<Role> = Role extends { readonly permissions: readonly (infer Action extends string)[] }
  ? Action
  : never;

type GrantedByName<P extends Policy> = Listed<P['roles'][keyof P['roles']]['permissions']>;

type Listed<Permissions> = Permissions extends readonly (infer Permission)[] ? Permission : never;

type GrantedByRules<P extends Policy> = P extends {
  readonly rules: readonly { readonly permissions: readonly (infer Permission)[] }[];
}
  ? Permission
  : never;

/** The error message for a permission whose instance is missing. */
export type InstanceForgotten<Permission extends string> =
  `No tenant role grants "${Permission}" by name, roles on instances do: pass the instance, or undefined for the resource as a whole.`;

/**
 * The type that a check without an instance requires of its permission: no constraint, or the error message. A
 * permission that is not known at compile time is accepted.
 */
export type WithoutInstance<Permission, InstancePermission extends string> = [InstancePermission] extends [
  never,
]
  ? unknown
  : [Permission] extends [infer Known extends InstancePermission]
    ? Mistake<InstanceForgotten<Known>>
    : unknown;

/** The same for every question of a list that has neither `on` nor `instance`. */
export type WithInstances<Questions, InstancePermission extends string> = [InstancePermission] extends [never]
  ? unknown
  : { readonly [I in keyof Questions]: WithInstance<Questions[I], InstancePermission> };

type WithInstance<Question, InstancePermission extends string> = [
  Extract<keyof Question, 'on' | 'instance'>,
] extends [never]
  ? Question extends { readonly permission: infer Permission }
    ? { readonly permission: WithoutInstance<Permission, InstancePermission> }
    : unknown
  : unknown;
