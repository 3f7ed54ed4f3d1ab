/**
 * The stored records, with the fields and the field order of Logto's Management API. The order matters: it is
 * part of the signed webhook bodies. Times are epoch milliseconds. Fields that the API never shows are marked.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export interface User {
  readonly id: string;
  readonly username: string | null;
  readonly primaryEmail: string | null;
  readonly primaryPhone: string | null;
  readonly name: string | null;
  readonly avatar: string | null;
  readonly customData: JsonObject;
  /** The social identities by target, such as `google`. */
  readonly identities: Readonly<
    Record<string, { readonly userId: string; readonly details?: JsonObject | undefined }>
  >;
  readonly lastSignInAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly profile: JsonObject;
  readonly applicationId: string | null;
  /** The id of an application with a Client ID Metadata Document. The emulator has no such applications. */
  readonly cimdClientId: null;
  readonly isSuspended: boolean;
  /** Never shown. `scrypt$salt$hash`, or null for users without a password. */
  readonly passwordHash: string | null;
  /** Omitted from the user's own response; `/users/:id/roles` returns the roles. */
  readonly roleIds: readonly string[];
}

type ApplicationType = 'SPA' | 'Traditional' | 'Native' | 'MachineToMachine' | 'Protected' | 'SAML';

export interface Application {
  readonly tenantId: 'default';
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: ApplicationType;
  readonly oidcClientMetadata: {
    readonly redirectUris: readonly string[];
    readonly postLogoutRedirectUris: readonly string[];
  } & JsonObject;
  readonly customClientMetadata: CustomClientMetadata;
  readonly protectedAppMetadata: null;
  readonly customData: JsonObject;
  readonly isThirdParty: boolean;
  readonly appLevelAccessControlEnabled: boolean;
  readonly createdAt: number;
  /** Never shown. A random secret that nobody knows: a request without a valid secret is compared with it. */
  readonly secret: string;
  /** Omitted from the application's own response; `/applications/:id/roles` returns the roles. */
  readonly roleIds: readonly string[];
}

interface CustomClientMetadata extends JsonObject {
  readonly corsAllowedOrigins?: readonly string[];
  /** Seconds. */
  readonly idTokenTtl?: number;
  readonly refreshTokenTtlInDays?: number;
  readonly alwaysIssueRefreshToken?: boolean;
  readonly rotateRefreshToken?: boolean;
  /** When exceeded, the oldest grants of a user are revoked and `Grant.LimitExceeded` is raised. */
  readonly maxAllowedGrants?: number;
}

export interface ApplicationSecret {
  readonly tenantId: 'default';
  readonly applicationId: string;
  readonly name: string;
  readonly value: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface Resource {
  readonly tenantId: 'default';
  readonly id: string;
  readonly name: string;
  readonly indicator: string;
  readonly isDefault: boolean;
  /** Seconds. */
  readonly accessTokenTtl: number;
}

export interface Scope {
  readonly tenantId: 'default';
  readonly id: string;
  readonly resourceId: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdAt: number;
}

type RoleType = 'User' | 'MachineToMachine';

export interface Role {
  readonly tenantId: 'default';
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: RoleType;
  readonly isDefault: boolean;
  /** Omitted from the role's own response; `/roles/:id/scopes` returns the scopes. */
  readonly scopeIds: readonly string[];
}

export interface Organization {
  readonly tenantId: 'default';
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly customData: JsonObject;
  readonly isMfaRequired: boolean;
  readonly color: JsonObject;
  readonly branding: JsonObject;
  readonly customCss: string | null;
  readonly createdAt: number;
}

/** A user or a machine-to-machine application in an organization, with its roles there. */
export interface Membership {
  readonly organizationId: string;
  readonly kind: 'user' | 'application';
  readonly memberId: string;
  readonly roleIds: readonly string[];
}

/** Which new users become members of an organization automatically. */
export interface JustInTime {
  readonly organizationId: string;
  readonly emailDomains: readonly string[];
  readonly roleIds: readonly string[];
}

export interface OrganizationRole {
  readonly tenantId: 'default';
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: RoleType;
  /**
   * This field and `resourceScopeIds` are omitted from the role's own response; `/organization-roles/:id/scopes` and
   * `/organization-roles/:id/resource-scopes` return the scopes.
   */
  readonly scopeIds: readonly string[];
  readonly resourceScopeIds: readonly string[];
}

export interface OrganizationScope {
  readonly tenantId: 'default';
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

type InvitationStatus = 'Pending' | 'Accepted' | 'Expired' | 'Revoked';

export interface Invitation {
  readonly tenantId: 'default';
  readonly id: string;
  readonly inviterId: string | null;
  readonly invitee: string;
  readonly acceptedUserId: string | null;
  readonly organizationId: string;
  readonly status: InvitationStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt: number;
  /** The response shows these roles as `organizationRoles`. */
  readonly organizationRoleIds: readonly string[];
}

/** An email connector. */
export interface Connector {
  readonly tenantId: 'default';
  readonly id: string;
  /** Logto's name for the connector, such as `simple-mail-transfer-protocol`. */
  readonly connectorId: string;
  readonly config: JsonObject;
}

export interface Hook {
  readonly tenantId: 'default';
  readonly id: string;
  readonly name: string;
  readonly event: string | null;
  readonly events: readonly string[];
  readonly config: { readonly url: string; readonly headers?: Readonly<Record<string, string>> } & JsonObject;
  readonly signingKey: string;
  readonly enabled: boolean;
  readonly createdAt: number;
}
