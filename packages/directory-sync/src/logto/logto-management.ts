import { z } from 'zod';
import { LogtoUser } from '../events/logto-event.ts';
import { AccountCenter } from '../mapping/editable-fields.ts';
import type { LogtoOrganization } from '../plan/states.ts';
import {
  createLogtoTransport,
  LogtoApiError,
  unlessMissing,
  type LogtoManagementOptions,
} from './logto-transport.ts';

const Application = z.object({ id: z.string() });
const Role = z.object({ id: z.string(), name: z.string() });
const RolesInOrganization = z.array(z.object({ name: z.string() })).nullish();
const Organization = z.object({ id: z.string().min(1), name: z.string(), description: z.string().nullish() });
const OrganizationOfUser = z.object({ ...Organization.shape, organizationRoles: RolesInOrganization });
const MemberOfOrganization = z.object({ id: z.string().min(1), organizationRoles: RolesInOrganization });
const Hook = z.object({
  id: z.string(),
  name: z.string(),
  signingKey: z.string(),
  config: z.object({ url: z.string().optional() }),
});
const HookLog = z.object({
  id: z.string(),
  key: z.string(),
  createdAt: z.number(),
  payload: z.object({
    result: z.string(),
    hookRequest: z.object({ body: z.unknown() }).nullish(),
    response: z.object({ statusCode: z.number() }).nullish().catch(undefined),
  }),
});
export type LogtoHook = z.output<typeof Hook>;
export type LogtoHookLog = z.output<typeof HookLog>;

export interface OrganizationOfUser extends LogtoOrganization {
  /** The names of the user's organization roles. */
  readonly roles: readonly string[];
}

/**
 * The read calls that sync uses. Generators yield pages of 100. Every method rejects with `LogtoApiError`, and methods
 * with a `signal` also with its reason.
 */
export interface LogtoManagement {
  user(id: string): Promise<LogtoUser | undefined>;
  isApplication(id: string): Promise<boolean>;
  /** Names, not ids. */
  rolesOf(userId: string): Promise<string[]>;
  organizationsOf(userId: string): Promise<OrganizationOfUser[]>;
  organization(id: string): Promise<LogtoOrganization | undefined>;
  users(options?: PageOptions): AsyncGenerator<LogtoUser[], void>;
  organizations(options?: PageOptions): AsyncGenerator<LogtoOrganization[], void>;
  /** Empty for an organization that does not exist; ends early when it is deleted meanwhile. */
  members(
    organizationId: string,
    options?: PageOptions,
  ): AsyncGenerator<{ id: string; roles: string[] }[], void>;
  userRoles(): Promise<{ id: string; name: string }[]>;
  /** Like `members`, for the users who have a role. */
  holders(roleId: string, options?: PageOptions): AsyncGenerator<LogtoUser[], void>;
  /** The fields that users can edit themselves; none if Logto has no account API. Cached for a minute. */
  accountCenter(): Promise<AccountCenter>;
  hooks(): Promise<LogtoHook[]>;
  /** The log of a webhook between two times (epoch milliseconds), newest first. */
  hookLogs(
    hookId: string,
    window: { readonly from: number; readonly to: number },
  ): AsyncGenerator<LogtoHookLog[], void>;
}

export interface PageOptions {
  /** Called for each page with the length of the whole list. */
  readonly onTotal?: ((total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pageSize = 100;

const noAccountCenter: AccountCenter = { enabled: false, fields: {} };
/** Milliseconds. */
const settingsGoodFor = 60_000;

export function createLogtoManagement(options: LogtoManagementOptions): LogtoManagement {
  const transport = createLogtoTransport(options);

  /** Requests pages until one is not full, because Logto's `Link` headers lack `/api`. */
  async function* pages<Item extends z.ZodType>(
    path: string,
    item: Item,
    { onTotal, signal }: PageOptions = {},
  ): AsyncGenerator<z.output<Item>[], void> {
    const Items = z.array(item);
    for (let page = 1; ; page++) {
      const address = `${path}${path.includes('?') ? '&' : '?'}page=${page}&page_size=${pageSize}`;
      const { body, total } = await transport.get(address, { answer: Items, signal }); // oxlint-disable-line no-await-in-loop -- only a short page indicates the end
      if (total !== undefined) onTotal?.(total);
      yield body;
      if (body.length < pageSize) return;
    }
  }
  const one = async <Answer extends z.ZodType>(path: string, answer: Answer) =>
    (await unlessMissing(transport.get(path, { answer })))?.body;
  const to = encodeURIComponent;
  let settings: { readonly value: Promise<AccountCenter>; readonly goodUntil: number } | undefined;

  return {
    user: (id) => one(`/users/${to(id)}`, LogtoUser),
    isApplication: async (id) => (await one(`/applications/${to(id)}`, Application)) !== undefined,
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
      for await (const found of emptyWhenNotFound(all)) {
        yield found.map((member) => ({ id: member.id, roles: namesOf(member.organizationRoles) }));
      }
    },
    userRoles: () => all(pages('/roles?type=User', Role)),
    holders: (roleId, page) => emptyWhenNotFound(pages(`/roles/${to(roleId)}/users`, LogtoUser, page)),
    accountCenter() {
      if (settings === undefined || settings.goodUntil < performance.now()) {
        const value = one('/account-center', AccountCenter).then((found) => found ?? noAccountCenter);
        settings = { value, goodUntil: performance.now() + settingsGoodFor };
        value.catch(() => {
          settings = undefined;
        });
      }
      return settings.value;
    },
    hooks: async () => (await transport.get('/hooks', { answer: z.array(Hook) })).body,
    hookLogs: (id, window) =>
      pages(`/hooks/${to(id)}/recent-logs?start_time=${window.from}&end_time=${window.to}`, HookLog),
  };
}

async function* emptyWhenNotFound<Item>(source: AsyncGenerator<Item[], void>): AsyncGenerator<Item[], void> {
  try {
    yield* source;
  } catch (error) {
    if (!(error instanceof LogtoApiError && error.status === 404)) throw error;
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
