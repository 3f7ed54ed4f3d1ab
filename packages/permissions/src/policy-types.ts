import type { Policy } from './define-policy.ts';

/** `'reports' | 'members' | …` */
export type ResourceOf<P extends Policy> = keyof P['resources'] & string;

/** `'reports:view' | 'reports:publish' | …`: every action of every resource. */
export type PermissionOf<P extends Policy> = {
  [R in ResourceOf<P>]: `${R}:${P['resources'][R]['actions'][number]}`;
}[ResourceOf<P>];

/** The roles that a person holds in a tenant: `'viewer' | 'editor' | …` */
export type RoleOf<P extends Policy> = keyof P['roles'] & string;

/** The roles that a person holds on one instance of a resource: `'owner' | …`; `never` for a resource without any. */
export type ResourceRoleOf<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly roles: infer Roles;
}
  ? keyof Roles & string
  : never;
