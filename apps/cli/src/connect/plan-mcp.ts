import { clientsName, roleName, type Ceiling, type McpState, type Scope } from './mcp-state.ts';
import type { LogtoStep } from './plan-logto.ts';

export interface WantedMcp {
  /** The address of the MCP server, which is the API resource's indicator. */
  readonly resource: string;
  /** The scopes of the policy table. */
  readonly scopes: Readonly<Record<string, { readonly name: string }>>;
  /** Whether to allow clients with a metadata document (CIMD) where Logto has them; otherwise only if they are enabled. */
  readonly enableDocuments: boolean;
}

/** How Logto differs from the scopes of a policy table. */
export interface ScopeDrift {
  /** What `latchkey connect logto` would change. */
  readonly steps: readonly LogtoStep[];
  /** Scopes of the MCP server's resource in Logto that the table does not have. */
  readonly unknown: readonly string[];
}

/** What a sign-in can ask Logto itself for, beside `openid` and `offline_access`. It refuses others. */
const userScopes = ['profile', 'email', 'urn:logto:scope:organizations'] as const;

/** Where the common clients wait for the answer. For a native application, Logto allows any port. */
const loopbackRedirectUris = ['localhost', '127.0.0.1'].flatMap((host) =>
  ['/', '/callback', '/oauth/callback'].map((path) => `http://${host}${path}`),
);

/** The maximum number of users in one request. */
const usersPerStep = 1000;

/**
 * Plans the API resource of the MCP server with the table's scopes, and who can use them. In Logto people can grant only
 * scopes that their roles have, also in an organization, and clients can ask only for those that a ceiling allows. Where
 * both do not have a scope, Logto drops it without an error. Removes nothing.
 */
export function planMcp(state: McpState, wanted: WantedMcp): LogtoStep[] {
  const resource = planResource(state, wanted);
  const scopes = planScopes(state, wanted, resource);
  const role = planRole(state, scopes);
  return [resource, ...scopes, role, ...planUsers(state, role), ...planClients(state, wanted, scopes)];
}

function planResource({ resource }: McpState, wanted: WantedMcp): LogtoStep {
  const about = 'API resource';
  if (resource !== undefined) return unchanged(about, resource.name, resource.id);
  const body = { name: 'Latchkey MCP server', indicator: wanted.resource };
  return {
    about,
    name: body.name,
    change: 'created',
    id: undefined,
    differences: [`indicator ${wanted.resource}`],
    request: { method: 'POST', path: '/resources', body },
  };
}

function planScopes({ resource }: McpState, { scopes }: WantedMcp, ofResource: LogtoStep): LogtoStep[] {
  return Object.entries(scopes).map(([name, { name: description }]): LogtoStep => {
    const found = resource?.scopes.find((scope) => scope.name === name);
    if (found?.description === description) return unchanged('scope', name, found.id);
    const isNew = found === undefined;
    return {
      about: 'scope',
      name,
      change: isNew ? 'created' : 'updated',
      id: found?.id,
      differences: [
        isNew ? description : `${description}, was ${found.description ?? 'without a description'}`,
      ],
      requestFor: (idOf) => {
        const path = `/resources/${idOf(ofResource)}/scopes`;
        return isNew
          ? { method: 'POST', path, body: { name, description } }
          : { method: 'PATCH', path: `${path}/${found.id}`, body: { description } };
      },
    };
  });
}

function planRole({ role }: McpState, scopes: readonly LogtoStep[]): LogtoStep {
  const about = 'user role';
  const absent = withoutThose(scopes, role?.scopes ?? []);
  if (role !== undefined && absent.length === 0) return unchanged(about, roleName, role.id);
  const description = 'People with it can connect applications that act for them.';
  return {
    about,
    name: roleName,
    change: role === undefined ? 'created' : 'updated',
    id: role?.id,
    differences: absent.map(({ name }) => `+scope ${name}`),
    requestFor: (idOf) => {
      const scopeIds = absent.map(idOf);
      return role === undefined
        ? {
            method: 'POST',
            path: '/roles',
            body: { name: roleName, description, type: 'User', ...(scopeIds.length > 0 && { scopeIds }) },
          }
        : { method: 'POST', path: `/roles/${role.id}/scopes`, body: { scopeIds } };
    },
  };
}

/** New users get a default role, others do not. It becomes the default last, so that a stopped run can be repeated. */
function planUsers({ role, usersWithoutRole }: McpState, ofRole: LogtoStep): LogtoStep[] {
  if (role?.isDefault === true) return [];
  const count = Math.ceil(usersWithoutRole.length / usersPerStep);
  const assignments = Array.from({ length: count }, (_, index): LogtoStep => {
    const userIds = usersWithoutRole.slice(index * usersPerStep, (index + 1) * usersPerStep);
    return {
      about: 'user role',
      name: roleName,
      change: 'updated',
      id: role?.id,
      differences: [`assigned to ${userIds.length} ${userIds.length === 1 ? 'user' : 'users'}`],
      requestFor: (idOf) => ({ method: 'POST', path: `/roles/${idOf(ofRole)}/users`, body: { userIds } }),
    };
  });
  const byDefault: LogtoStep = {
    about: 'user role',
    name: roleName,
    change: 'updated',
    id: role?.id,
    differences: ['assigned to new users'],
    requestFor: (idOf) => ({ method: 'PATCH', path: `/roles/${idOf(ofRole)}`, body: { isDefault: true } }),
  };
  return [...assignments, byDefault];
}

function planClients(
  { documents, clients }: McpState,
  { resource, enableDocuments }: WantedMcp,
  scopes: readonly LogtoStep[],
): LogtoStep[] {
  const usesDocuments = documents !== undefined && (documents.enabled || enableDocuments);
  const steps: LogtoStep[] = [];
  if (clients !== undefined || !usesDocuments) {
    const application: LogtoStep =
      clients === undefined ? newClients : unchanged('third-party application', clientsName, clients.id);
    const given = { name: clientsName, resource, ceiling: clients?.ceiling };
    steps.push(
      application,
      planCeiling(given, scopes, (idOf) => `/applications/${idOf(application)}`),
    );
  }
  if (usesDocuments) {
    const { ceiling, enabled } = documents;
    const name = 'clients with a metadata document';
    steps.push(planCeiling({ name, resource, ceiling }, scopes, () => '/cimd'));
    steps.push({
      about: 'setting',
      name,
      change: enabled ? 'unchanged' : 'updated',
      id: undefined,
      differences: enabled
        ? []
        : ['switched on: Logto asks people before it signs in a client that it does not know'],
      ...(!enabled && { request: { method: 'PATCH', path: '/configs/cimd', body: { enabled: true } } }),
    });
  }
  return steps;
}

const newClients: LogtoStep = {
  about: 'third-party application',
  name: clientsName,
  change: 'created',
  id: undefined,
  differences: loopbackRedirectUris.map((uri) => `redirect URI ${uri}`),
  request: {
    method: 'POST',
    path: '/applications',
    body: {
      name: clientsName,
      type: 'Native',
      isThirdParty: true,
      oidcClientMetadata: { redirectUris: loopbackRedirectUris, postLogoutRedirectUris: [] },
    },
  },
};

/** Allows each scope for people and for their organizations: the person chooses at the consent. */
function planCeiling(
  given: { readonly name: string; readonly resource: string; readonly ceiling: Ceiling | undefined },
  scopes: readonly LogtoStep[],
  owner: (idOf: (step: LogtoStep) => string) => string,
): LogtoStep {
  const { name, resource, ceiling } = given;
  const forPeople = withoutThose(scopes, allowedScopes(ceiling?.resourceScopes, resource));
  const inOrganizations = withoutThose(scopes, allowedScopes(ceiling?.organizationResourceScopes, resource));
  const users = userScopes.filter((scope) => ceiling?.userScopes.includes(scope) !== true);
  const added = new Set([...forPeople, ...inOrganizations].map((scope) => scope.name));
  const differences = [...added, ...users].map((scope) => `+scope ${scope}`);
  if (differences.length === 0) return unchanged('consent', name);
  return {
    about: 'consent',
    name,
    change: 'updated',
    id: undefined,
    differences,
    requestFor: (idOf) => ({
      method: 'POST',
      path: `${owner(idOf)}/user-consent-scopes`,
      body: {
        resourceScopes: forPeople.map(idOf),
        organizationResourceScopes: inOrganizations.map(idOf),
        userScopes: users,
      },
    }),
  };
}

function allowedScopes(scoped: Ceiling['resourceScopes'] = [], indicator: string): readonly Scope[] {
  return scoped.filter(({ resource }) => resource.indicator === indicator).flatMap(({ scopes }) => scopes);
}

/** Scopes of the resource, in Logto or in a ceiling, that the table does not have. They cover no permission. */
export function unknownScopes({ resource, documents, clients }: McpState, wanted: WantedMcp): string[] {
  const ceilings = [documents?.ceiling, clients?.ceiling].flatMap((ceiling) => [
    ...allowedScopes(ceiling?.resourceScopes, wanted.resource),
    ...allowedScopes(ceiling?.organizationResourceScopes, wanted.resource),
  ]);
  const names = [...(resource?.scopes ?? []), ...ceilings].map(({ name }) => name);
  return [...new Set(names)].filter((name) => !Object.hasOwn(wanted.scopes, name));
}

function withoutThose(scopes: readonly LogtoStep[], present: readonly Scope[]): LogtoStep[] {
  return scopes.filter(({ name }) => !present.some((scope) => scope.name === name));
}

function unchanged(about: LogtoStep['about'], name: string, id?: string): LogtoStep {
  return { about, name, id, change: 'unchanged', differences: [] };
}
