import { createHash } from 'node:crypto';
import { newApplication, newSecret, secretKey } from '../directory/applications.ts';
import { cimdCeiling } from '../directory/consent-scopes.ts';
import { membershipKey, type Directory } from '../directory/directory.ts';
import { emailConnectors } from '../directory/messages.ts';
import { newUser, hashPassword } from '../directory/users.ts';
import { managementApiRoleId, seedManagementApi } from './management-api.ts';
import { SeedError, type ParsedSeed } from './schema.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixed = `${lower}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

function encode(name: string, alphabet: string, length: number): string {
  const digest = createHash('sha512').update(name).digest();
  return Array.from({ length }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join('');
}

/**
 * Ids and keys that a seed omits are derived from the names, so that every start and reset gives the same ones. They
 * can be guessed, which does not matter in an emulator.
 */
const derived = {
  shortId: (...name: string[]): string => encode(name.join('/'), lower, 12),
  id: (...name: string[]): string => encode(name.join('/'), lower, 21),
  secret: (...name: string[]): string => encode(`secret/${name.join('/')}`, mixed, 32),
};

const tenantId = 'default';

type Named = { readonly id: string; readonly name: string };

function resolve(candidates: Iterable<Named>, reference: string, path: string): string {
  for (const { id, name } of candidates) if (id === reference || name === reference) return id;
  throw new SeedError(`${path}: there is no "${reference}".`);
}

function resourceScopeId(
  directory: Directory,
  scope: { resource: string; name: string },
  path: string,
): string {
  const [resource] = directory.resources.findBy('indicator', scope.resource);
  const found = directory.scopes
    .findBy('resource', resource?.id ?? '')
    .find(({ name }) => name === scope.name);
  if (found === undefined)
    throw new SeedError(`${path}: there is no scope "${scope.name}" of ${scope.resource}.`);
  return found.id;
}

function applyResources(directory: Directory, seed: ParsedSeed, now: number): void {
  for (const { scopes, ...resource } of seed.resources) {
    const existing = directory.resources.findBy('indicator', resource.indicator)[0];
    const id = existing?.id ?? resource.id ?? derived.id('resource', resource.indicator);
    if (existing === undefined)
      directory.resources.put(id, {
        tenantId,
        id,
        name: resource.name,
        indicator: resource.indicator,
        isDefault: false,
        accessTokenTtl: resource.accessTokenTtl,
      });
    const present = new Set(directory.scopes.findBy('resource', id).map(({ name }) => name));
    for (const scope of scopes) {
      if (present.has(scope.name)) continue;
      const scopeId = scope.id ?? derived.id('scope', resource.indicator, scope.name);
      directory.scopes.put(scopeId, {
        tenantId,
        id: scopeId,
        resourceId: id,
        name: scope.name,
        description: scope.description ?? scope.name,
        createdAt: now,
      });
    }
  }
}

function applyRoles(directory: Directory, seed: ParsedSeed): void {
  for (const role of seed.roles) {
    if (directory.roles.findBy('name', role.name).length > 0) continue;
    const id = role.id ?? derived.id('role', role.name);
    const path = `roles "${role.name}"`;
    directory.roles.put(id, {
      tenantId,
      id,
      name: role.name,
      description: role.description ?? role.name,
      type: role.type,
      isDefault: role.isDefault,
      scopeIds: role.scopes.map((scope) => resourceScopeId(directory, scope, path)),
    });
  }
  for (const { name, description, ...scope } of seed.organizationScopes) {
    if (directory.organizationScopes.findBy('name', name).length > 0) continue;
    const id = scope.id ?? derived.id('organization-scope', name);
    directory.organizationScopes.put(id, { tenantId, id, name, description });
  }
  for (const role of seed.organizationRoles) {
    if (directory.organizationRoles.findBy('name', role.name).length > 0) continue;
    const id = role.id ?? derived.id('organization-role', role.name);
    const path = `organizationRoles "${role.name}"`;
    directory.organizationRoles.put(id, {
      tenantId,
      id,
      name: role.name,
      description: role.description,
      type: role.type,
      scopeIds: role.scopes.map((scope) => resolve(directory.organizationScopes.values(), scope, path)),
      resourceScopeIds: role.resourceScopes.map((scope) => resourceScopeId(directory, scope, path)),
    });
  }
}

type SeededConsentScopes = NonNullable<ParsedSeed['applications'][number]['consentScopes']>;

function applyConsentScopes(
  directory: Directory,
  [key, path]: readonly [key: string, path: string],
  given: SeededConsentScopes,
): void {
  if (directory.consentScopes.has(key)) return;
  const ofResource = (scope: { resource: string; name: string }): string =>
    resourceScopeId(directory, scope, path);
  directory.consentScopes.put(key, {
    userScopes: given.userScopes,
    resourceScopes: given.resourceScopes.map(ofResource),
    organizationScopes: given.organizationScopes.map((scope) =>
      resolve(directory.organizationScopes.values(), scope, path),
    ),
    organizationResourceScopes: given.organizationResourceScopes.map(ofResource),
  });
}

function applyApplications(directory: Directory, seed: ParsedSeed, now: number): void {
  for (const application of seed.applications) {
    const { name, description, type, corsAllowedOrigins, customClientMetadata } = application;
    const { redirectUris, postLogoutRedirectUris, isThirdParty, consentScopes } = application;
    const id = application.id ?? derived.id('application', name);
    if (directory.applications.has(id)) continue;
    const roleIds = application.roles.map((role) =>
      resolve(directory.roles.values(), role, `applications "${name}"`),
    );
    const fields = {
      id,
      name,
      description,
      type,
      oidcClientMetadata: { redirectUris, postLogoutRedirectUris },
      customClientMetadata:
        corsAllowedOrigins.length > 0
          ? { ...customClientMetadata, corsAllowedOrigins }
          : customClientMetadata,
      isThirdParty,
      roleIds: application.managementApi ? [...roleIds, managementApiRoleId] : roleIds,
    };
    directory.applications.put(id, newApplication(fields, now));
    if (consentScopes !== undefined)
      applyConsentScopes(directory, [id, `applications "${name}"`], consentScopes);
    if (type === 'SPA' || type === 'Native') continue;
    const value = application.secret ?? derived.secret('application', id);
    const created = newSecret({ applicationId: id, name: 'Default secret', value }, now);
    directory.secrets.put(secretKey(created), created);
  }
}

function applyUsers(directory: Directory, seed: ParsedSeed, now: number): void {
  for (const { password, roles, ...user } of seed.users) {
    const names = [user.username, user.primaryEmail, user.primaryPhone, user.name].filter(
      (name) => name !== undefined,
    );
    const id = user.id ?? derived.shortId('user', ...names);
    if (directory.users.has(id)) continue;
    const path = `users "${user.username ?? user.primaryEmail ?? id}"`;
    const roleIds = roles.map((role) => resolve(directory.roles.values(), role, path));
    const passwordHash = password === undefined ? null : hashPassword(password);
    const given = Object.fromEntries(Object.entries(user).filter(([, value]) => value !== undefined));
    directory.users.put(id, newUser({ ...given, id, passwordHash, roleIds }, now));
  }
}

function applyOrganizations(directory: Directory, seed: ParsedSeed, now: number): void {
  for (const { members, ...organization } of seed.organizations) {
    const id = organization.id ?? derived.shortId('organization', organization.name);
    if (directory.organizations.has(id)) continue;
    directory.organizations.put(id, {
      tenantId,
      id,
      name: organization.name,
      description: organization.description,
      customData: organization.customData,
      isMfaRequired: false,
      color: {},
      branding: {},
      customCss: null,
      createdAt: now,
    });
    for (const { userId, roles } of members) {
      const path = `organizations "${organization.name}"`;
      if (!directory.users.has(userId)) throw new SeedError(`${path}: there is no user "${userId}".`);
      const member = { organizationId: id, kind: 'user', memberId: userId } as const;
      const roleIds = roles.map((role) => resolve(directory.organizationRoles.values(), role, path));
      directory.memberships.put(membershipKey(member), { ...member, roleIds });
    }
  }
}

function applyHooks(directory: Directory, seed: ParsedSeed, now: number): void {
  for (const { url, headers, ...hook } of seed.hooks) {
    const id = hook.id ?? derived.id('hook', hook.name, url);
    if (directory.hooks.has(id)) continue;
    directory.hooks.put(id, {
      tenantId,
      id,
      name: hook.name,
      event: null,
      events: hook.events,
      config: headers === undefined ? { url } : { url, headers },
      signingKey: hook.signingKey ?? derived.secret('hook', id),
      enabled: hook.enabled,
      createdAt: now,
    });
  }
}

function applyConnectors(directory: Directory, seed: ParsedSeed): void {
  for (const { connectorId, config, ...connector } of seed.connectors) {
    if (emailConnectors[connectorId] === undefined)
      throw new SeedError(`connectors: there is no connector for email "${connectorId}".`);
    const id = connector.id ?? derived.id('connector', connectorId);
    if (directory.connectors.size === 0) directory.connectors.put(id, { tenantId, id, connectorId, config });
  }
}

/**
 * Existing objects stay as they are, so that changes survive a restart. Roles, scopes and resources are identified by
 * name, other objects by id.
 * @throws SeedError when the seed refers to an object that exists neither in the store nor in the seed.
 */
export function applySeed(directory: Directory, seed: ParsedSeed, now: number): void {
  directory.batch(() => {
    seedManagementApi(directory, now);
    applyResources(directory, seed, now);
    applyRoles(directory, seed);
    applyApplications(directory, seed, now);
    if (seed.cimd !== undefined) applyConsentScopes(directory, [cimdCeiling, 'cimd'], seed.cimd);
    applyUsers(directory, seed, now);
    applyOrganizations(directory, seed, now);
    applyHooks(directory, seed, now);
    applyConnectors(directory, seed);
  });
}
