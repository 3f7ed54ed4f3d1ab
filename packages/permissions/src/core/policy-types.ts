import type { AttributeTable, AttributeValues, Policy } from './policy.ts';
import type { PermissionIn } from './policy-checks.ts';

/** The resource keys of a policy: `'reports' | 'members' | …` */
export type ResourceOf<P extends Policy> = keyof P['resources'] & string;

/** The permissions of a policy, one for each action of each resource: `'reports:view' | 'reports:publish' | …` */
export type PermissionOf<P extends Policy> = PermissionIn<P['resources']>;

/** The tenant roles of a policy: `'viewer' | 'editor' | …` */
export type RoleOf<P extends Policy> = keyof P['roles'] & string;

/** The instance roles of a resource: `'owner' | …`; `never` for a resource without instance roles. */
export type ResourceRoleOf<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly roles: infer Roles;
}
  ? keyof Roles & string
  : never;

/** The values of a resource's declared attributes: `{ classification?: string }`. */
export type AttributesOf<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly attributes: infer Table extends AttributeTable;
}
  ? AttributeValues<Table>
  : Readonly<Record<string, never>>;

/** The values of the declared user attributes: `{ clearance?: string }`. */
export type UserAttributesOf<P extends Policy> = P extends {
  readonly userAttributes: infer Table extends AttributeTable;
}
  ? AttributeValues<Table>
  : Readonly<Record<string, never>>;
