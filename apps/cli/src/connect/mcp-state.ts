import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import { Application, readPages } from './logto-state.ts';
import { LogtoRefusal, type Management } from './management.ts';

/** The name of the application for clients without a metadata document, by which it is found again. */
export const clientsName = 'MCP clients';
/** The name of the role that has the scopes. */
export const roleName = 'Connect applications';

const Scope = z.object({ id: z.string(), name: z.string(), description: z.string().nullish() });
export type Scope = z.output<typeof Scope>;
const Resource = z.object({
  id: z.string(),
  name: z.string(),
  indicator: z.string(),
  scopes: z.array(Scope),
});
const Role = z.object({ id: z.string(), name: z.string(), isDefault: z.boolean().default(false) });
const Scoped = z.array(z.object({ resource: z.object({ indicator: z.string() }), scopes: z.array(Scope) }));
const Ceiling = z.object({
  userScopes: z.array(z.string()),
  resourceScopes: Scoped,
  organizationResourceScopes: Scoped,
});

/** What clients can ask people for. */
export type Ceiling = z.output<typeof Ceiling>;

export interface McpState {
  readonly resource: z.output<typeof Resource> | undefined;
  readonly role: (z.output<typeof Role> & { readonly scopes: readonly Scope[] }) | undefined;
  /** The ids of the users without the role. Empty if new users get the role, because older ones then have it too. */
  readonly usersWithoutRole: readonly string[];
  /** Clients with a metadata document. Absent where Logto does not have them. */
  readonly documents: { readonly enabled: boolean; readonly ceiling: Ceiling } | undefined;
  readonly clients: (Application & { readonly ceiling: Ceiling }) | undefined;
}

export async function readMcpState(management: Management, indicator: string): Promise<McpState> {
  const resources = await management.get('/resources?includeScopes=true', z.array(Resource));
  const [role, documents, clients] = await Promise.all([
    readRole(management),
    readDocuments(management),
    readClients(management),
  ]);
  return {
    resource: resources.find((one) => one.indicator === indicator),
    role,
    usersWithoutRole: role?.isDefault === true ? [] : await readUsersWithout(management, role?.id),
    documents,
    clients,
  };
}

async function readRole(management: Management): Promise<McpState['role']> {
  const roles = await readPages(management, '/roles?type=User', Role);
  const role = roles.find(({ name }) => name === roleName);
  if (role === undefined) return undefined;
  return { ...role, scopes: await management.get(`/roles/${role.id}/scopes`, z.array(Scope)) };
}

async function readUsersWithout(management: Management, roleId: string | undefined): Promise<string[]> {
  const query = roleId === undefined ? '' : `?excludeRoleId=${roleId}`;
  const users = await readPages(management, `/users${query}`, z.object({ id: z.string() }));
  return users.map(({ id }) => id);
}

async function readDocuments(management: Management): Promise<McpState['documents']> {
  try {
    const { enabled } = await management.get('/configs/cimd', z.object({ enabled: z.boolean() }));
    return { enabled, ceiling: await management.get('/cimd/user-consent-scopes', Ceiling) };
  } catch (error) {
    // A Logto without them may answer with the page of its own console.
    const isPage = error instanceof ActionableError && error.code === 'LOGTO_ANSWER_UNKNOWN';
    if (isPage || (error instanceof LogtoRefusal && error.status === 404)) return undefined;
    throw error;
  }
}

async function readClients(management: Management): Promise<McpState['clients']> {
  const applications = await management.get('/applications', z.array(Application));
  const found = applications.find(({ name, isThirdParty }) => isThirdParty && name === clientsName);
  if (found === undefined) return undefined;
  return {
    ...found,
    ceiling: await management.get(`/applications/${found.id}/user-consent-scopes`, Ceiling),
  };
}
