/** A check, in the PDP's wire form. Unknown fields are ignored; `null` is treated as absent. */
export interface AuthorizationQuery {
  readonly user: UserInput;
  readonly action: string;
  readonly resource: ResourceInput;
  readonly context?: JsonObject | null | undefined;
  /** Override the stored ones. */
  readonly tenant?: { readonly attributes?: JsonObject | null | undefined } | null | undefined;
  /** `false` suppresses `debug` regardless of the environment. */
  readonly use_debugger?: boolean | null | undefined;
}

/** The user of a query. Only `key` is required. */
export interface UserInput {
  readonly key: string;
  /** Shown in `debug`, otherwise ignored. */
  readonly [field: string]: Json | undefined;
  /** Override the stored attributes, key by key. */
  readonly attributes?: JsonObject | null | undefined;
}

/** The resource of a query: a whole type, or one instance of it when `key` is given. */
export interface ResourceInput {
  readonly type: string;
  /** `''` is treated as absent. */
  readonly key?: string | null | undefined;
  readonly tenant?: string | null | undefined;
  /** Override the stored attributes, key by key. */
  readonly attributes?: JsonObject | null | undefined;
}

/** The question "What may this user do?" A filter that is `null` or absent does not filter. */
export interface UserPermissionsQuery {
  readonly user: UserInput;
  readonly tenants?: readonly string[] | null | undefined;
  /** Objects, `type:key`. */
  readonly resources?: readonly string[] | null | undefined;
  /** The keys of types, of which `__tenant` can be one. */
  readonly resource_types?: readonly string[] | null | undefined;
  readonly context?: JsonObject | null | undefined;
}

/** The question "Who can do this action?" */
export interface AuthorizedUsersQuery {
  readonly action: string;
  readonly resource: ResourceInput;
  readonly context?: JsonObject | null | undefined;
}

/** The question "In which tenants is this user?" */
export interface UserTenantsQuery {
  readonly user: UserInput;
  readonly context?: JsonObject | null | undefined;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** Options for behaviour on which Permit's sources disagree. */
export interface EngineOptions {
  /**
   * Whether instance roles are written `owner`, as in the vendor's documentation. Default `false`: `document:d1#owner`,
   * as in its policy and tests.
   */
  readonly plainRoleNames?: boolean | undefined;
}
