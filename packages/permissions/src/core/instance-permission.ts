import type { PermissionIn, Policy } from './policy.ts';
import type { Mistake } from './wrong.ts';

/**
 * The permissions of resources with instance roles. Their checks must name an instance, or explicitly `undefined`:
 * without one, a check would deny everyone who has the permission only through an instance role.
 */
export type InstancePermissionOf<P extends Policy> = PermissionIn<
  Pick<P['resources'], WithInstanceRoles<P['resources']>>
>;

type WithInstanceRoles<Resources extends Policy['resources']> = {
  [R in keyof Resources]: Resources[R] extends { readonly roles: object } ? R : never;
}[keyof Resources];

export type InstanceForgotten<Permission extends string> =
  `A check of "${Permission}" needs an instance, or undefined for the resource as a whole.`;

/**
 * What the permission of a check without an instance must also be: `unknown` to accept it, or a `Mistake` with the
 * message. Accepts a permission that is not known at compile time.
 */
export type WithoutInstance<Permission, InstancePermission extends string> = [InstancePermission] extends [
  never,
]
  ? unknown
  : [Permission] extends [infer Known extends InstancePermission]
    ? Mistake<InstanceForgotten<Known>>
    : unknown;

/** `string` when the permission is not known as a literal. */
export type ResourceIn<Permission extends string> = string extends Permission
  ? string
  : Permission extends `${infer Resource}:${string}`
    ? Resource
    : never;

/**
 * What the instance of a check must also be: a `Mistake` for `folders:1`, because a key does not name its resource.
 * Accepts a key that is not known at compile time.
 */
export type WithoutResource<On, Permission extends string> = string extends Permission
  ? unknown
  : On extends `${ResourceIn<Permission>}:${infer Key}`
    ? Mistake<`"${On}" is no key: pass "${Key}", the key of an instance of the permission's resource.`>
    : unknown;

/** `WithoutInstance` for each question of a list that has neither `on` nor `instance`. */
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
