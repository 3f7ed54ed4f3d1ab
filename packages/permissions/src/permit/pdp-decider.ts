import { Pool } from 'undici';
import type { z } from 'zod';
import type { Check, Decider, Decision } from '../decision.ts';
import type { Policy } from '../define-policy.ts';
import { AuthorizationUnavailableError, type OutageCause } from '../errors.ts';
import { permissionsOf, rolesGranting, rolesOf } from '../grants.ts';
import type { PermissionOf, RoleOf } from '../policy-types.ts';
import {
  BulkAnswer,
  denyReasonOf,
  SingleAnswer,
  UserPermissionsAnswer,
  type PdpResult,
} from './pdp-answer.ts';

export interface PdpOptions<P extends Policy> {
  readonly policy: P;
  /** The PDP's base URL, for instance `http://localhost:7766` or `https://cloudpdp.api.permit.io`. */
  readonly url: string;
  readonly apiKey: string;
  /** Milliseconds that a decision may take in all, retry included. */
  readonly deadline?: number;
  /** Connections kept alive to the PDP. */
  readonly connections?: number;
}

export interface PdpDecider<P extends Policy> extends Decider<PermissionOf<P>, RoleOf<P>> {
  /** Whether the PDP answers a question whose answer is known: nobody may do nothing. Never rejects. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** How many checks one bulk call carries. */
const bulkSize = 200;

/** No user has this key; a PDP that allows it anything is not to be trusted. */
const nobody = 'latchkey-known-answer';

/**
 * Decisions by Permit.io's PDP over a keep-alive pool, with the rules that the official SDK lacks: a deadline, a
 * missing or malformed answer as an error, as many answers as questions. An outage is never a deny and never an allow.
 */
export function createPdpDecider<const P extends Policy>(options: PdpOptions<P>): PdpDecider<P> {
  const { policy, apiKey, deadline = 1_000, connections = 32 } = options;
  const { origin, pathname } = new URL(options.url);
  const pool = new Pool(origin, { connections });
  const base = pathname.replace(/\/$/, '');

  const send = async (
    path: string,
    body: string,
    signal: AbortSignal,
  ): Promise<{ status: number; text: string }> => {
    const response = await pool.request({
      method: 'POST',
      path: `${base}${path}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body,
      signal,
    });
    return { status: response.statusCode, text: await response.body.text() };
  };

  const ask = async <Schema extends z.ZodType>(
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>> => {
    const signal = AbortSignal.timeout(deadline);
    const text = JSON.stringify(body);
    const answer = await send(path, text, signal)
      // A kept-alive connection may have been closed under the request. A check changes nothing: ask once more.
      .catch((error: unknown) => (signal.aborted ? Promise.reject(error) : send(path, text, signal)))
      .catch((error: unknown) => {
        throw signal.aborted
          ? outage('timeout', `no answer within ${deadline} ms`, error)
          : outage('connection', origin, error);
      });
    if (answer.status !== 200) throw outage('status', String(answer.status), answer.text.slice(0, 500));
    const parsed = schema.safeParse(parseJson(answer.text));
    if (!parsed.success) throw outage('malformed', path, parsed.error);
    return parsed.data;
  };

  const askMany = async (checks: readonly Check[]): Promise<readonly PdpResult[]> => {
    const [only] = checks;
    if (only !== undefined && checks.length === 1)
      return [await ask('/allowed', queryOf(only), SingleAnswer)];
    const { allow } = await ask('/allowed/bulk', checks.map(queryOf), BulkAnswer);
    if (allow.length !== checks.length) {
      throw outage('malformed', `${allow.length} answers to ${checks.length} checks`, undefined);
    }
    return allow;
  };

  const decisionOf = (
    { permission }: Check<PermissionOf<P>>,
    result: PdpResult,
  ): Decision<PermissionOf<P>, RoleOf<P>> =>
    result.allow
      ? { outcome: 'allow', permission }
      : {
          outcome: 'deny',
          permission,
          reason: denyReasonOf(result),
          grantedBy: rolesGranting(policy, permission).tenant,
        };

  return {
    async decide(checks) {
      const chunks: Check<PermissionOf<P>>[][] = [];
      for (let start = 0; start < checks.length; start += bulkSize)
        chunks.push(checks.slice(start, start + bulkSize));
      const decided = await Promise.all(
        chunks.map(async (chunk) => {
          const results = (await askMany(chunk)).values();
          return chunk.map((check) => {
            const { value } = results.next();
            if (value === undefined) throw outage('malformed', 'an answer is missing', undefined);
            return decisionOf(check, value);
          });
        }),
      );
      return decided.flat();
    },
    async grants(subject, tenant) {
      const query = { user: { key: subject }, tenants: [tenant], resource_types: ['__tenant'] };
      const answer = await ask('/user-permissions', query, UserPermissionsAnswer);
      const { roles, permissions } = answer[`__tenant:${tenant}`] ?? {};
      const held = new Set([...(roles ?? []), ...(permissions ?? [])]);
      return {
        roles: rolesOf(policy).filter((role) => held.has(role)),
        permissions: permissionsOf(policy).filter((permission) => held.has(permission)),
      };
    },
    async isReady() {
      try {
        const query = { subject: nobody, tenant: nobody, permission: `${nobody}:${nobody}` };
        return !(await ask('/allowed', queryOf(query), SingleAnswer)).allow;
      } catch {
        return false;
      }
    },
    close: () => pool.close(),
  };
}

/** The body of `/allowed`, as the official SDK sends it: everything explicit, no key where there is no instance. */
function queryOf({ subject, tenant, permission, instance }: Check): unknown {
  const [type, action] = permission.split(':');
  const key = instance === undefined ? {} : { key: instance };
  return { user: { key: subject }, action, resource: { type, ...key, tenant }, context: {} };
}

function outage(cause: OutageCause, detail: string, error: unknown): AuthorizationUnavailableError {
  return new AuthorizationUnavailableError(cause, { detail, cause: error });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
