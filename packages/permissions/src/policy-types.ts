import type { AttributeTable, AttributeValues } from './attribute-types.ts';
import type { Policy } from './define-policy.ts';
import type { PermissionIn } from './policy-checks.ts';

/** `'reports' | 'members' | …` */
export type ResourceOf<P extends Policy> = keyof P['resources'] & string;

/** `'reports:view' | 'reports:publish' | …`: every action of every resource. */
export type PermissionOf<P extends Policy> = PermissionIn<P['resources']>;

/** The roles that a person holds in a tenant: `'viewer' | 'editor' | …` */
export type RoleOf<P extends Policy> = keyof P['roles'] & string;

/** The roles that a person holds on one instance of a resource: `'owner' | …`; `never` for a resource without any. */
export type ResourceRoleOf<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly roles: infer Roles;
}
  ? keyof Roles & string
  : never;

/** The declared attributes of a resource's instances: `{ classification?: string }`. */
export type AttributesOf<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly attributes: infer Table extends AttributeTable;
}
  ? AttributeValues<Table>
  : Readonly<Record<string, never>>;

/** The declared attributes of users. */
export type UserAttributesOf<P extends Policy> = P extends {
  readonly userAttributes: infer Table extends AttributeTable;
}
  ? AttributeValues<Table>
  : Readonly<Record<string, never>>;
