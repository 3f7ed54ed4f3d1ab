import { errors, type Account } from 'oidc-provider';
import type { Directory } from '../directory/directory.ts';
import type { User } from '../directory/records.ts';
import { extendedClaims } from '../directory/settings.ts';
import { membershipsOf, organizationRolesOf, rolesOf } from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';

const profileClaims = {
  family_name: 'familyName',
  given_name: 'givenName',
  middle_name: 'middleName',
  nickname: 'nickname',
  preferred_username: 'preferredUsername',
  profile: 'profile',
  website: 'website',
  gender: 'gender',
  birthdate: 'birthdate',
  zoneinfo: 'zoneinfo',
  locale: 'locale',
} as const;

/** Userinfo returns all of these claims. */
export const claimsByScope: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
    'username',
    'created_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  custom_data: ['custom_data'],
  identities: ['identities', 'sso_identities'],
  roles: ['roles'],
  'urn:logto:scope:organizations': ['organizations', 'organization_data'],
  'urn:logto:scope:organization_roles': ['organization_roles'],
  'urn:logto:scope:sessions': [],
  'urn:logto:scope:trusted_devices': [],
};

function organizationClaims(directory: Directory, user: User): Record<string, unknown> {
  const memberships = membershipsOf(directory, user.id);
  return {
    organizations: memberships.map(({ organizationId }) => organizationId),
    organization_data: memberships.map(({ organizationId }) => {
      const organization = directory.organizations.get(organizationId);
      return { id: organizationId, name: organization?.name, description: organization?.description };
    }),
    organization_roles: memberships.flatMap((membership) =>
      organizationRolesOf(directory, membership).map(({ name }) => `${membership.organizationId}:${name}`),
    ),
  };
}

/** Profile fields that are not set are undefined and omitted; other missing fields are null. */
function allClaims(directory: Directory, user: User): Record<string, unknown> {
  const profile = Object.fromEntries(
    Object.entries(profileClaims).map(([claim, field]) => [claim, user.profile[field]]),
  );
  return {
    name: user.name,
    ...profile,
    preferred_username: user.profile['preferredUsername'] ?? user.username ?? undefined,
    picture: user.avatar,
    updated_at: user.updatedAt,
    username: user.username,
    created_at: user.createdAt,
    email: user.primaryEmail,
    email_verified: user.primaryEmail !== null,
    phone_number: user.primaryPhone,
    phone_number_verified: user.primaryPhone !== null,
    address: user.profile['address'],
    custom_data: user.customData,
    identities: user.identities,
    sso_identities: [],
    roles: rolesOf(directory, user).map(({ name }) => name),
    ...organizationClaims(directory, user),
  };
}

const isExtended = (claim: string): boolean => extendedClaims.some((extended) => extended === claim);

export interface ClaimsRequest {
  readonly use: string;
  /** Space-separated. */
  readonly scope: string;
  readonly rejected: readonly string[];
}

/** `sub` is always included. */
function userClaims(
  { directory, settings }: Logto,
  user: User,
  { use, scope, rejected }: ClaimsRequest,
): Record<string, unknown> & { sub: string } {
  const enabled = new Set<string>(settings.idTokenConfig().enabledExtendedClaims);
  const isLeftOut = (claim: string): boolean => isExtended(claim) && !enabled.has(claim);
  const asked = scope.split(' ').flatMap((name) => claimsByScope[name] ?? []);
  const wanted = new Set(
    asked.filter((claim) => !rejected.includes(claim) && (use === 'userinfo' || !isLeftOut(claim))),
  );
  const claims = Object.entries(allClaims(directory, user)).filter(([claim]) => wanted.has(claim));
  return { sub: user.id, ...Object.fromEntries(claims) };
}

/** @throws InvalidGrant when the user does not exist or is suspended */
export function accountOf(logto: Logto, id: string): Account {
  const user = logto.directory.users.get(id);
  if (user === undefined) throw new errors.InvalidGrant('user not found');
  if (user.isSuspended) throw new errors.InvalidGrant('user is suspended');
  return {
    accountId: id,
    claims: async (...[use, scope, , rejected]) => userClaims(logto, user, { use, scope, rejected }),
  };
}
