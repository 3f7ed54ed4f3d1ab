import type { Collection, Store } from '@latchkey/emulator-kit';
import { indexed } from './indexed-collection.ts';
import type {
  Application,
  ApplicationSecret,
  CimdGrant,
  Connector,
  ConsentOrganization,
  ConsentScopes,
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

/** For email addresses. Usernames are case-sensitive, as in Logto's default policy. */
export const fold = (identifier: string | null): string | null => identifier?.toLowerCase() ?? null;

export const membershipKey = ({ organizationId, kind, memberId }: Omit<Membership, 'roleIds'>): string =>
  `${organizationId}/${kind}/${memberId}`;

export function removeReferences<F extends string, T extends Readonly<Record<F, readonly string[]>>>(
  records: Pick<Collection<T>, 'get' | 'keys' | 'put'>,
  field: F,
  id: string,
): void {
  for (const key of records.keys()) {
    const record = records.get(key);
    if (record?.[field].includes(id))
      records.put(key, { ...record, [field]: record[field].filter((other) => other !== id) });
  }
}

export type Directory = ReturnType<typeof createDirectory>;

export function createDirectory(store: Store) {
  const collections = {
    users: indexed<User, 'username' | 'email' | 'phone'>([store, 'users'], {
      username: (user) => user.username,
      email: (user) => fold(user.primaryEmail),
      phone: (user) => user.primaryPhone,
    }),
    applications: indexed<Application>([store, 'applications'], {}),
    /** By `applicationId/name`. */
    secrets: indexed<ApplicationSecret, 'application'>([store, 'applicationSecrets'], {
      application: (secret) => secret.applicationId,
    }),
    /** By `ceilingKey`. */
    consentScopes: indexed<ConsentScopes>([store, 'consentScopes'], {}),
    /** By `applicationId/userId/organizationId`. */
    consentOrganizations: indexed<ConsentOrganization, 'consent'>([store, 'consentOrganizations'], {
      consent: ({ applicationId, userId }) => `${applicationId}/${userId}`,
    }),
    /** By grant. */
    cimdGrants: indexed<CimdGrant>([store, 'cimdGrants'], {}),
    resources: indexed<Resource, 'indicator'>([store, 'resources'], {
      indicator: (resource) => resource.indicator,
    }),
    scopes: indexed<Scope, 'resource'>([store, 'scopes'], { resource: (scope) => scope.resourceId }),
    roles: indexed<Role, 'name'>([store, 'roles'], { name: (role) => role.name }),
    organizations: indexed<Organization>([store, 'organizations'], {}),
    /** By `organizationId/kind/memberId`. */
    memberships: indexed<Membership, 'organization' | 'member'>([store, 'memberships'], {
      organization: (membership) => membership.organizationId,
      member: (membership) => membership.memberId,
    }),
    /** By organization. */
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
    /** Stores all writes of `run` or none of them, except those after the first `await`. */
    batch: <R>(run: () => R): R => store.batch(run),
    /** Clears the indexes. Call this after clearing the store. */
    reset() {
      for (const collection of Object.values(collections)) collection.reset();
    },
  };
}
