import type { JsonObject } from '@latchkey/permit-engine';

/** The facts that a plan needs about a user in a tenant. Each is read only when the plan needs it. */
export interface ListFacts {
  /** The user's roles in the tenant, and the permissions that they grant. */
  inTenant(): Promise<HeldInTenant>;
  /** The resource's instances in the tenant on which the user has roles, including derived ones. */
  heldOn(resource: string): Promise<readonly HeldOnInstance[]>;
  /** The user's directly assigned roles on the resource's instances in the tenant. */
  assignedOn(resource: string): Promise<readonly Assigned[]>;
  /** The user's attributes as conditions see them, including the generated `roles` and `tenants`. */
  userAttributes(): Promise<JsonObject>;
}

/** A user's roles in a tenant. */
export interface HeldInTenant {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** The tenant's attributes. Empty for a user who is not a member. */
  readonly attributes: JsonObject;
}

/** A user's roles on one instance. */
export interface HeldOnInstance {
  readonly key: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/** One role on one instance. */
export interface Assigned {
  readonly key: string;
  readonly role: string;
}
