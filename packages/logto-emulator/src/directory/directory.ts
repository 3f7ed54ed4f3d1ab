import type { Store } from '@latchkey/emulator-kit';
import { indexed, type Indexed } from './indexed-collection.ts';
import type {
  Application,
  ApplicationSecret,
  Connector,
  Hook,
  Invitation,
  JustInTime,
  Membership,
  Organization,
  OrganizationRole,
  OrganizationScope,
  Resource,
  Role,
  Scope,
  User,
} from './records.ts';

/** All records of Logto by id: users, applications, organizations, roles and scopes. */
export interface Directory {
  readonly users: Indexed<User, 'username' | 'email' | 'phone'>;
  readonly applications: Indexed<Application>;
  /** By `applicationId/name`. */
  readonly secrets: Indexed<ApplicationSecret, 'application'>;
  readonly resources: Indexed<Resource, 'indicator'>;
  readonly scopes: Indexed<Scope, 'resource'>;
  readonly roles: Indexed<Role, 'name'>;
  readonly organizations: Indexed<Organization>;
  /** By `organizationId/kind/memberId`. */
  readonly memberships: Indexed<Membership, 'organization' | 'member'>;
  /** By organization. */
  readonly justInTime: Indexed<JustInTime>;
  readonly organizationRoles: Indexed<OrganizationRole, 'name'>;
  readonly organizationScopes: Indexed<OrganizationScope, 'name'>;
  readonly invitations: Indexed<Invitation, 'organization'>;
  readonly hooks: Indexed<Hook>;
  readonly connectors: Indexed<Connector>;
  /** Stores all writes of `run` together, or none. */
  batch<R>(run: () => R): R;
  /** Call this after the store was cleared. */
  reset(): void;
}

/** Emails are compared case-insensitively; usernames case-sensitively, as in Logto's default policy. */
export const fold = (identifier: string | null): string | null => identifier?.toLowerCase() ?? null;

export const membershipKey = ({ organizationId, kind, memberId }: Omit<Membership, 'roleIds'>): string =>
  `${organizationId}/${kind}/${memberId}`;

export function createDirectory(store: Store): Directory {
  const collections = {
    users: indexed<User, 'username' | 'email' | 'phone'>([store, 'users'], {
      username: (user) => user.username,
      email: (user) => fold(user.primaryEmail),
      phone: (user) => user.primaryPhone,
    }),
    applications: indexed<Application>([store, 'applications'], {}),
    secrets: indexed<ApplicationSecret, 'application'>([store, 'applicationSecrets'], {
      application: (secret) => secret.applicationId,
    }),
    resources: indexed<Resource, 'indicator'>([store, 'resources'], {
      indicator: (resource) => resource.indicator,
    }),
    scopes: indexed<Scope, 'resource'>([store, 'scopes'], { resource: (scope) => scope.resourceId }),
    roles: indexed<Role, 'name'>([store, 'roles'], { name: (role) => role.name }),
    organizations: indexed<Organization>([store, 'organizations'], {}),
    memberships: indexed<Membership, 'organization' | 'member'>([store, 'memberships'], {
      organization: (membership) => membership.organizationId,
      member: (membership) => membership.memberId,
    }),
    justInTime: indexed<JustInTime>([store, 'justInTime'], {}),
    organizationRoles: indexed<OrganizationRole, 'name'>([store, 'organizationRoles'], {
      name: (role) => role.name,
    }),
    organizationScopes: indexed<OrganizationScope, 'name'>([store, 'organizationScopes'], {
      name: (scope) => scope.name,
    }),
    invitations: indexed<Invitation, 'organization'>([store, 'invitations'], {
      organization: (invitation) => invitation.organizationId,
    }),
    hooks: indexed<Hook>([store, 'hooks'], {}),
    connectors: indexed<Connector>([store, 'connectors'], {}),
  };
  return {
    ...collections,
    batch: (run) => store.batch(run),
    reset() {
      for (const collection of Object.values(collections)) collection.reset();
    },
  };
}
