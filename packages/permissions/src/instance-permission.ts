import type { PermissionOf } from './policy-types.ts';
import type { Policy } from './policy.ts';
import type { Mistake } from './wrong.ts';

/**
 * The permissions that only roles on instances grant: no tenant role and no rule does. A check of one without an instance
 * is denied, whoever asks.
 */
export type InstancePermissionOf<P extends Policy> = Exclude<
  GrantedOnInstances<P>,
  GrantedByRoles<P> | GrantedByRules<P>
>;

type GrantedOnInstances<P extends Policy> = {
  [R in keyof P['resources'] & string]: P['resources'][R] extends { readonly roles: infer Roles }
    ? `${R}:${Actions<Roles[keyof Roles]>}`
    : never;
}[keyof P['resources'] & string];

type Actions<Role> = Role extends { readonly permissions: readonly (infer Action extends string)[] }
  ? Action
  : never;

type GrantedByRoles<P extends Policy> = Granted<P, P['roles'][keyof P['roles']]['permissions']>;

type Granted<P extends Policy, Permissions> = Permissions extends '*'
  ? PermissionOf<P>
  : Permissions extends readonly (infer Permission)[]
    ? Permission
    : never;

type GrantedByRules<P extends Policy> = P extends {
  readonly rules: readonly { readonly permissions: readonly (infer Permission)[] }[];
}
  ? Permission
  : never;

/**
 * What a check without an instance asks of its permission: nothing, or a sentence when only roles on instances grant it.
 * A permission that is not known when the program is compiled is accepted.
 */
export type WithoutInstance<Permission extends string, OnInstances extends string> = [OnInstances] extends [
  never,
]
  ? unknown
  : [Permission] extends [OnInstances]
    ? Mistake<`Only roles on instances grant "${Permission}": name the instance.`>
    : unknown;
