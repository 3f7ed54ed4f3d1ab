import type { Policy } from './policy.ts';
import type { Mistake } from './wrong.ts';

/**
 * The permissions for which an instance is easily forgotten: roles on instances grant them, no tenant role by name and no rule
 * does. A role with `'*'` has them as it has all others, and says nothing about who else needs them: without an instance, the
 * holders of the roles on instances are denied.
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

/** The sentence for a permission whose instance was forgotten. */
export type InstanceForgotten<Permission extends string> =
  `No tenant role grants "${Permission}" by name, roles on instances do: pass the instance, or undefined for the resource as a whole.`;

/**
 * What a check without an instance asks of its permission: nothing, or the sentence. A permission that is not known when the
 * program is compiled is accepted.
 */
export type WithoutInstance<Permission, InstancePermission extends string> = [InstancePermission] extends [
  never,
]
  ? unknown
  : [Permission] extends [infer Known extends InstancePermission]
    ? Mistake<InstanceForgotten<Known>>
    : unknown;

/** The same for every question of a list that names neither `on` nor `instance`. */
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
