import { Pool } from 'undici';
import type { z } from 'zod/v4';
import type { Check } from '../core/decision.ts';
import { AuthorizationUnavailableError, type OutageCause, type OutageOptions } from '../core/errors.ts';
import { defaultConnections } from './decider-defaults.ts';
import {
  AllowedResponse,
  AllTenantsResponse,
  AuthorizedUsersResponse,
  BulkResponse,
  UserPermissionsResponse,
  type PdpResult,
} from './pdp-response.ts';
import { retryAfterOf, unlessAborted } from './client/http-client.ts';

/** Connection options for the PDP. */
export interface PdpClientOptions {
  /** The PDP's base URL, for example `http://localhost:7766` or `https://cloudpdp.api.permit.io`. */
  readonly url: string;
  /** A Permit environment API key. */
  readonly apiKey: string;
  /** The maximum number of keep-alive connections to the PDP. Default: 32. */
  readonly connections?: number | undefined;
}

/** For any PDP: the bearer token may be absent, or be fetched for each call. */
export interface ClientOptions extends Omit<PdpClientOptions, 'apiKey'> {
  readonly apiKey?: string | (() => Promise<string> | string) | undefined;
}

/** The PDP's HTTP API. Every method rejects with a `PdpOutage`; none retries. */
export interface PdpClient {
  /** One result for each check, in order; outages for those that failed alone. */
  allowed(checks: readonly Check[], signal: AbortSignal): Promise<readonly (PdpResult | PdpOutage)[]>;
  /** The user's role keys and permissions in the tenant. */
  userPermissions(
    subject: string,
    tenant: string,
    signal: AbortSignal,
  ): Promise<{ roles: string[]; permissions: string[] }>;
  /** The user's role keys on the instance (`resource:key`), including derived ones. */
  instanceRoles(subject: string, instance: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The keys of the users who have the permission. */
  authorizedUsers(question: Omit<Check, 'subject'>, signal: AbortSignal): Promise<string[]>;
  /** The keys of the tenants in which the user has the permission. */
  allTenants(question: Omit<Check, 'tenant'>, signal: AbortSignal): Promise<string[]>;
  /** A POST if there is a body, otherwise a GET. */
  call<Schema extends z.ZodType>(
    path: string,
    body: unknown,
    options: { schema: Schema; signal: AbortSignal },
  ): Promise<z.output<Schema>>;
  close(): Promise<void>;
}

export class PdpOutage extends AuthorizationUnavailableError {
  /** Whether a retry may succeed. */
  readonly transient: boolean;
  constructor(outage: OutageCause, options: OutageOptions & { readonly transient: boolean }) {
    super(outage, options);
    this.transient = options.transient;
  }
}

/**
 * A short, missing or malformed response is an outage, never a decision: the official SDK would turn it into `false`,
 * `[]` or an error without a status.
 */
export function createPdpClient(
  { url, apiKey, connections = defaultConnections }: ClientOptions,
  moreHeaders: () => Record<string, string>,
): PdpClient {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections });
  const base = pathname.replace(/\/$/, '');

  const call = async <Schema extends z.ZodType>(
    path: string,
    body: unknown,
    { schema, signal }: { schema: Schema; signal: AbortSignal },
  ): Promise<z.output<Schema>> => {
    let status: number;
    let retryAfter: number | undefined;
    let text: string;
    try {
      const key = typeof apiKey === 'function' ? await unlessAborted(apiKey(), signal) : apiKey;
      const response = await pool.request({
        method: body === undefined ? 'GET' : 'POST',
        path: `${base}${path}`,
        headers: {
          ...moreHeaders(),
          'content-type': 'application/json',
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal,
      });
      status = response.statusCode;
      retryAfter = retryAfterOf(response.headers['retry-after']);
      text = await response.body.text();
    } catch (cause) {
      throw signal.aborted
        ? new PdpOutage('timeout', { detail: 'no answer in time', cause, transient: true })
        : new PdpOutage('connection', { detail: origin, cause, transient: true });
    }
    if (status !== 200) {
      // Permanent: Permit's hosted PDP refuses attribute conditions, which it does not support.
      const transient = status === 408 || status === 429 || (status >= 500 && status !== 501);
      const detail = `${origin} answers ${status}`;
      const cause = text.slice(0, 500);
      throw new PdpOutage('status', { detail, cause, transient, retryAfter, pdpStatus: status });
    }
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success)
      throw new PdpOutage('malformed', { detail: path, cause: parsed.error, transient: false });
    return parsed.data;
  };

  return {
    async allowed(checks, signal) {
      const [first] = checks;
      if (first !== undefined && checks.length === 1) {
        return [await call('/allowed', queryOf(first), { schema: AllowedResponse, signal })];
      }
      const { allow } = await call('/allowed/bulk', checks.map(queryOf), { schema: BulkResponse, signal });
      assertAnswered(checks, allow);
      return allow;
    },
    async userPermissions(subject, tenant, signal) {
      const body = { user: { key: subject }, tenants: [tenant], resource_types: ['__tenant'] };
      const response = await call('/user-permissions', body, { schema: UserPermissionsResponse, signal });
      const { roles, permissions } = response[`__tenant:${tenant}`] ?? {};
      return { roles: roles ?? [], permissions: permissions ?? [] };
    },
    async instanceRoles(subject, instance, signal) {
      const resource_types = instance.split(':').slice(0, 1);
      const body = { user: { key: subject }, resources: [instance], resource_types };
      const response = await call('/user-permissions', body, { schema: UserPermissionsResponse, signal });
      return response[instance]?.roles ?? [];
    },
    async authorizedUsers(question, signal) {
      const { user: _, ...body } = queryOf({ ...question, subject: '' });
      const { users } = await call('/authorized_users', body, { schema: AuthorizedUsersResponse, signal });
      return Object.keys(users);
    },
    async allTenants(question, signal) {
      const { resource, ...query } = queryOf({ ...question, tenant: '' });
      const { tenant: _, ...withoutTenant } = resource;
      const body = { ...query, resource: withoutTenant };
      const { allowed_tenants: tenants } = await call('/allowed/all-tenants', body, {
        schema: AllTenantsResponse,
        signal,
      });
      return tenants.filter(({ allow }) => allow).map(({ tenant }) => tenant.key);
    },
    call,
    close: () => pool.close(),
  };
}

/** @throws {PdpOutage} unless there is one answer for each check */
export function assertAnswered(checks: readonly Check[], answers: readonly unknown[]): void {
  if (answers.length === checks.length) return;
  const detail = `${answers.length} answers to ${checks.length} checks`;
  throw new PdpOutage('malformed', { detail, transient: false });
}

interface PdpQuery {
  readonly user: { readonly key: string; readonly attributes?: Readonly<Record<string, unknown>> };
  readonly action: string | undefined;
  readonly resource: {
    readonly type: string | undefined;
    readonly key?: string;
    readonly tenant: string;
    readonly attributes?: Readonly<Record<string, unknown>>;
  };
  readonly context: Readonly<Record<string, unknown>>;
}

/** As the official SDK sends it: always with `context`, but with `key` only for an instance. */
function queryOf({
  subject,
  tenant,
  permission,
  instance,
  attributes,
  userAttributes,
  context = {},
}: Check): PdpQuery {
  const [type, action] = permission.split(':');
  return {
    user: { key: subject, ...(userAttributes === undefined ? {} : { attributes: userAttributes }) },
    action,
    resource: {
      type,
      ...(instance === undefined ? {} : { key: instance }),
      tenant,
      ...(attributes === undefined ? {} : { attributes }),
    },
    context,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
