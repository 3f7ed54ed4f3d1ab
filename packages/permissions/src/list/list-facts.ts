import type { JsonObject } from '@latchkey/permit-engine';

/** What a plan must know of a user in a tenant. Each question is asked only when the plan needs its answer. */
export interface ListFacts {
  /** The user's roles in the tenant, and what they grant. */
  inTenant(): Promise<HeldInTenant>;
  /** The instances of the resource in the tenant on which the user has roles, derived roles included. */
  heldOn(resource: string): Promise<readonly HeldOnInstance[]>;
  /** The roles that are assigned to the user on instances of the resource in the tenant, without derived ones. */
  assignedOn(resource: string): Promise<readonly Assigned[]>;
  /** The attributes of the user, the generated `roles` and `tenants` included, as conditions see them. */
  userAttributes(): Promise<JsonObject>;
}

/** The roles of a user in a tenant. */
export interface HeldInTenant {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** The attributes of the tenant, as far as the user can see them: members only. */
  readonly attributes: JsonObject;
}

/** The roles of a user on one instance. */
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
