import { Pool } from 'undici';
import type { z } from 'zod';
import type { Check } from '../decision.ts';
import { AuthorizationUnavailableError, type OutageCause } from '../errors.ts';
import {
  AllTenantsAnswer,
  AuthorizedUsersAnswer,
  BulkAnswer,
  SingleAnswer,
  UserPermissionsAnswer,
  type PdpResult,
} from './pdp-response.ts';

export interface PdpClientOptions {
  /** The PDP's base URL, for instance `http://localhost:7766` or `https://cloudpdp.api.permit.io`. */
  readonly url: string;
  readonly apiKey: string;
  /** Connections kept alive to the PDP. */
  readonly connections?: number | undefined;
}

/** The PDP's questions. Each rejects with an outage; none of them retries. */
export interface PdpClient {
  allowed(checks: readonly Check[], signal: AbortSignal): Promise<readonly PdpResult[]>;
  userPermissions(
    subject: string,
    tenant: string,
    signal: AbortSignal,
  ): Promise<{ roles: string[]; permissions: string[] }>;
  /** User keys. */
  authorizedUsers(question: Omit<Check, 'subject'>, signal: AbortSignal): Promise<string[]>;
  /** Tenant keys. */
  allTenants(question: Omit<Check, 'tenant'>, signal: AbortSignal): Promise<string[]>;
  close(): Promise<void>;
}

/** An outage of the PDP; `transient` when the same question may be answered a moment later. */
export class PdpOutage extends AuthorizationUnavailableError {
  readonly transient: boolean;
  constructor(outage: OutageCause, options: { detail: string; cause?: unknown; transient: boolean }) {
    super(outage, options);
    this.transient = options.transient;
  }
}

/**
 * Speaks to the PDP over a keep-alive pool and parses what comes. Short, missing and malformed answers are outages,
 * never denies, never allows: the official SDK turns them into `false`, `[]` or an error without a status.
 */
export function createPdpClient({ url, apiKey, connections = 32 }: PdpClientOptions): PdpClient {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections });
  const base = pathname.replace(/\/$/, '');

  const post = async <Schema extends z.ZodType>(
    path: string,
    body: unknown,
    { schema, signal }: { schema: Schema; signal: AbortSignal },
  ): Promise<z.output<Schema>> => {
    let status: number;
    let text: string;
    try {
      const response = await pool.request({
        method: 'POST',
        path: `${base}${path}`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify(body),
        signal,
      });
      status = response.statusCode;
      text = await response.body.text();
    } catch (cause) {
      throw signal.aborted
        ? new PdpOutage('timeout', { detail: 'no answer in time', cause, transient: true })
        : new PdpOutage('connection', { detail: origin, cause, transient: true });
    }
    if (status !== 200) {
      const transient = status === 408 || status === 429 || status >= 500;
      throw new PdpOutage('status', { detail: String(status), cause: text.slice(0, 500), transient });
    }
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success)
      throw new PdpOutage('malformed', { detail: path, cause: parsed.error, transient: false });
    return parsed.data;
  };

  return {
    async allowed(checks, signal) {
      const [only] = checks;
      if (only !== undefined && checks.length === 1) {
        return [await post('/allowed', queryOf(only), { schema: SingleAnswer, signal })];
      }
      const { allow } = await post('/allowed/bulk', checks.map(queryOf), { schema: BulkAnswer, signal });
      if (allow.length !== checks.length) {
        const detail = `${allow.length} answers to ${checks.length} checks`;
        throw new PdpOutage('malformed', { detail, transient: false });
      }
      return allow;
    },
    async userPermissions(subject, tenant, signal) {
      const body = { user: { key: subject }, tenants: [tenant], resource_types: ['__tenant'] };
      const answer = await post('/user-permissions', body, { schema: UserPermissionsAnswer, signal });
      const { roles, permissions } = answer[`__tenant:${tenant}`] ?? {};
      return { roles: roles ?? [], permissions: permissions ?? [] };
    },
    async authorizedUsers(question, signal) {
      const { user: _, ...body } = queryOf({ ...question, subject: '' });
      const { users } = await post('/authorized_users', body, { schema: AuthorizedUsersAnswer, signal });
      return Object.keys(users);
    },
    async allTenants(question, signal) {
      const { resource, ...query } = queryOf({ ...question, tenant: '' });
      const { tenant: _, ...anywhere } = resource;
      const body = { ...query, resource: anywhere };
      const { allowed_tenants: tenants } = await post('/allowed/all-tenants', body, {
        schema: AllTenantsAnswer,
        signal,
      });
      return tenants.filter(({ allow }) => allow).map(({ tenant }) => tenant.key);
    },
    close: () => pool.close(),
  };
}

interface PdpQuery {
  readonly user: { readonly key: string };
  readonly action: string | undefined;
  readonly resource: {
    readonly type: string | undefined;
    readonly key?: string;
    readonly tenant: string;
    readonly attributes?: Readonly<Record<string, unknown>>;
  };
  readonly context: Readonly<Record<string, unknown>>;
}

/** The body of `/allowed`, as the official SDK sends it: no key where there is no instance, the context always there. */
function queryOf({ subject, tenant, permission, instance, attributes, context = {} }: Check): PdpQuery {
  const [type, action] = permission.split(':');
  return {
    user: { key: subject },
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
