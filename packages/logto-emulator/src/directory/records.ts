/**
 * Fields and their order are those of Logto's Management API. The order is part of the signed webhook bodies. Times
 * are epoch milliseconds.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

interface Stored {
  readonly tenantId: 'default';
  readonly id: string;
}

interface Named extends Stored {
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly username: string | null;
  readonly primaryEmail: string | null;
  readonly primaryPhone: string | null;
  readonly name: string | null;
  readonly avatar: string | null;
  readonly customData: JsonObject;
  /** By target, such as `google`. */
  readonly identities: Readonly<
    Record<string, { readonly userId: string; readonly details?: JsonObject | undefined }>
  >;
  readonly lastSignInAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly profile: JsonObject;
  readonly applicationId: string | null;
  /** Set instead of `applicationId` for a CIMD client. */
  readonly cimdClientId: string | null;
  readonly isSuspended: boolean;
  /** Never shown. `scrypt$salt$hash`, or null for users without a password. */
  readonly passwordHash: string | null;
  /** Shown by `/users/:id/roles` only. */
  readonly roleIds: readonly string[];
}

type ApplicationType = 'SPA' | 'Traditional' | 'Native' | 'MachineToMachine' | 'Protected' | 'SAML';

export interface Application extends Named {
  readonly description: string | null;
  readonly type: ApplicationType;
  readonly oidcClientMetadata: {
    readonly redirectUris: readonly string[];
    readonly postLogoutRedirectUris: readonly string[];
    readonly backchannelLogoutUri?: string | undefined;
    readonly backchannelLogoutSessionRequired?: boolean | undefined;
  } & JsonObject;
  readonly customClientMetadata: CustomClientMetadata;
  readonly protectedAppMetadata: null;
  readonly customData: JsonObject;
  readonly isThirdParty: boolean;
  readonly appLevelAccessControlEnabled: boolean;
  readonly createdAt: number;
  /** Never shown. A request without a valid secret is compared with this random text. */
  readonly secret: string;
  /** Shown by `/applications/:id/roles` only. */
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

/** The most that a third-party application can request. All CIMD clients share one. */
export interface ConsentScopes {
  /** Names, such as `profile`. */
  readonly userScopes: readonly string[];
  /** These and the others are ids. */
  readonly resourceScopes: readonly string[];
  readonly organizationScopes: readonly string[];
  /** Scopes of API resources in a consent to an organization. */
  readonly organizationResourceScopes: readonly string[];
}

/** A user's consent that a third-party application accesses an organization. */
export interface ConsentOrganization {
  readonly applicationId: string;
  readonly userId: string;
  readonly organizationId: string;
}

/** Stored with the grant, because the document of the client can change. */
export interface CimdGrant {
  readonly userId: string;
  readonly name: string | null;
  readonly organizationId: string | null;
}

export interface Resource extends Named {
  readonly indicator: string;
  readonly isDefault: boolean;
  /** Seconds. */
  readonly accessTokenTtl: number;
}

export interface Scope extends Named {
  readonly resourceId: string;
  readonly description: string | null;
  readonly createdAt: number;
}

type RoleType = 'User' | 'MachineToMachine';

export interface Role extends Named {
  readonly description: string;
  readonly type: RoleType;
  readonly isDefault: boolean;
  /** Shown by `/roles/:id/scopes` only. */
  readonly scopeIds: readonly string[];
}

export interface Organization extends Named {
  readonly description: string | null;
  readonly customData: JsonObject;
  readonly isMfaRequired: boolean;
  readonly color: JsonObject;
  readonly branding: JsonObject;
  readonly customCss: string | null;
  readonly createdAt: number;
}

export interface Membership {
  readonly organizationId: string;
  readonly kind: 'user' | 'application';
  readonly memberId: string;
  readonly roleIds: readonly string[];
}

export interface JustInTime {
  readonly organizationId: string;
  readonly emailDomains: readonly string[];
  readonly roleIds: readonly string[];
}

export interface OrganizationRole extends Named {
  readonly description: string | null;
  readonly type: RoleType;
  /** Shown by `/organization-roles/:id/scopes` only. */
  readonly scopeIds: readonly string[];
  readonly resourceScopeIds: readonly string[];
}

export interface OrganizationScope extends Named {
  readonly description: string | null;
}

type InvitationStatus = 'Pending' | 'Accepted' | 'Expired' | 'Revoked';

export interface Invitation extends Stored {
  readonly inviterId: string | null;
  readonly invitee: string;
  readonly acceptedUserId: string | null;
  readonly organizationId: string;
  readonly status: InvitationStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt: number;
  /** Responses name them `organizationRoles`. */
  readonly organizationRoleIds: readonly string[];
}

export interface Connector extends Stored {
  /** Such as `simple-mail-transfer-protocol`. */
  readonly connectorId: string;
  readonly config: JsonObject;
}

export interface Hook extends Named {
  readonly event: string | null;
  readonly events: readonly string[];
  readonly config: { readonly url: string; readonly headers?: Readonly<Record<string, string>> } & JsonObject;
  readonly signingKey: string;
  readonly enabled: boolean;
  readonly createdAt: number;
}
