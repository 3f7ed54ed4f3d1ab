import { z } from 'zod';
import { LogtoUser } from '../events/logto-event.ts';
import type { LogtoOrganization } from '../plan/states.ts';
import { createLogtoTransport, LogtoApiError, type LogtoManagementOptions } from './logto-transport.ts';

const Role = z.object({ id: z.string(), name: z.string() });
const RolesInOrganization = z.array(z.object({ name: z.string() })).nullish();
const Organization = z.object({ id: z.string().min(1), name: z.string(), description: z.string().nullish() });
const OrganizationOfUser = z.object({ ...Organization.shape, organizationRoles: RolesInOrganization });
const MemberOfOrganization = z.object({ id: z.string().min(1), organizationRoles: RolesInOrganization });
const Hook = z.object({
  id: z.string(),
  name: z.string(),
  config: z.object({ url: z.string().optional() }),
});
const HookLog = z.object({
  id: z.string(),
  key: z.string(),
  createdAt: z.number(),
  payload: z.object({ result: z.string(), hookRequest: z.object({ body: z.unknown() }).nullish() }),
});
export type LogtoHook = z.output<typeof Hook>;
export type LogtoHookLog = z.output<typeof HookLog>;

export interface OrganizationOfUser extends LogtoOrganization {
  readonly roles: readonly string[];
}

/** Logto's Management API, as far as sync reads it. Nothing here writes. Every method rejects with `LogtoApiError`. */
export interface LogtoManagement {
  user(id: string): Promise<LogtoUser | undefined>;
  /** Names. */
  rolesOf(userId: string): Promise<string[]>;
  organizationsOf(userId: string): Promise<OrganizationOfUser[]>;
  organization(id: string): Promise<LogtoOrganization | undefined>;
  /** `onTotal` hears how many there are, as pages come. */
  users(options?: PageOptions): AsyncGenerator<LogtoUser[], void>;
  organizations(options?: PageOptions): AsyncGenerator<LogtoOrganization[], void>;
  /** Nobody when the organization is not there, or not any more. */
  members(
    organizationId: string,
    options?: PageOptions,
  ): AsyncGenerator<{ id: string; roles: string[] }[], void>;
  userRoles(): Promise<{ id: string; name: string }[]>;
  /** Nobody when the role is not there, or not any more. */
  holders(roleId: string, options?: PageOptions): AsyncGenerator<LogtoUser[], void>;
  hooks(): Promise<LogtoHook[]>;
  /** Newest first; epoch milliseconds. */
  hookLogs(
    hookId: string,
    window: { readonly from: number; readonly to: number },
  ): AsyncGenerator<LogtoHookLog[], void>;
}

export interface PageOptions {
  readonly onTotal?: ((total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pageSize = 100;

export function createLogtoManagement(options: LogtoManagementOptions): LogtoManagement {
  const transport = createLogtoTransport(options);

  /** Logto's `Link` headers point past `/api`; pages are counted instead, until one comes short. */
  async function* pages<Item extends z.ZodType>(
    path: string,
    item: Item,
    { onTotal, signal }: PageOptions = {},
  ): AsyncGenerator<z.output<Item>[], void> {
    const Items = z.array(item);
    for (let page = 1; ; page++) {
      const address = `${path}${path.includes('?') ? '&' : '?'}page=${page}&page_size=${pageSize}`;
      const { body, total } = await transport.get(address, { answer: Items, signal }); // oxlint-disable-line no-await-in-loop -- the last page is known when it comes
      if (total !== undefined) onTotal?.(total);
      yield body;
      if (body.length < pageSize) return;
    }
  }
  const one = <Answer extends z.ZodType>(path: string, answer: Answer) =>
    transport.get(path, { answer }).then(
      ({ body }) => body,
      (error: unknown) => {
        if (isNotThere(error)) return undefined;
        throw error;
      },
    );
  const to = encodeURIComponent;

  return {
    user: (id) => one(`/users/${to(id)}`, LogtoUser),
    rolesOf: async (id) => (await all(pages(`/users/${to(id)}/roles`, Role))).map(({ name }) => name),
    organizationsOf: async (id) => {
      const { body } = await transport.get(`/users/${to(id)}/organizations`, {
        answer: z.array(OrganizationOfUser),
      });
      return body.map(({ organizationRoles, ...organization }) => ({
        ...organization,
        roles: namesOf(organizationRoles),
      }));
    },
    organization: (id) => one(`/organizations/${to(id)}`, Organization),
    users: (page) => pages('/users', LogtoUser, page),
    organizations: (page) => pages('/organizations', Organization, page),
    async *members(id, page) {
      const all = pages(`/organizations/${to(id)}/users`, MemberOfOrganization, page);
      for await (const found of orNobody(all)) {
        yield found.map((member) => ({ id: member.id, roles: namesOf(member.organizationRoles) }));
      }
    },
    userRoles: () => all(pages('/roles?type=User', Role)),
    holders: (roleId, page) => orNobody(pages(`/roles/${to(roleId)}/users`, LogtoUser, page)),
    hooks: async () => (await transport.get('/hooks', { answer: z.array(Hook) })).body,
    hookLogs: (id, window) =>
      pages(`/hooks/${to(id)}/recent-logs?start_time=${window.from}&end_time=${window.to}`, HookLog),
  };
}

const isNotThere = (error: unknown): boolean => error instanceof LogtoApiError && error.status === 404;

/** Nobody belongs to what was deleted while one looked. */
async function* orNobody<Item>(source: AsyncGenerator<Item[], void>): AsyncGenerator<Item[], void> {
  try {
    yield* source;
  } catch (error) {
    if (!isNotThere(error)) throw error;
  }
}

function namesOf(roles: z.output<typeof RolesInOrganization>): string[] {
  return (roles ?? []).map(({ name }) => name);
}

async function all<One>(source: AsyncGenerator<One[], void>): Promise<One[]> {
  const found: One[] = [];
  for await (const page of source) found.push(...page);
  return found;
}
