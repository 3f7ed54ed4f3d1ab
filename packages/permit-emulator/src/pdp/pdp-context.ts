import { check, type AuthorizationResult, type EngineOptions } from '@latchkey/permit-engine';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import { ValidationError } from '../errors.ts';
import { parse } from '../http/validation.ts';
import { newId } from '../ids.ts';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import type { AuthorizationQueryInput } from '../schemas/pdp.ts';
import type { DecisionLog } from './decision-log.ts';

export interface PdpDeps {
  /** Called for every request, because `reset()` replaces the account. */
  readonly account: () => Account;
  readonly decisions: DecisionLog;
  readonly api: Hono;
  readonly hosted?: readonly MiddlewareHandler[] | undefined;
}

export async function readJson(context: Context): Promise<unknown> {
  try {
    return JSON.parse(await context.req.text()) as unknown;
  } catch {
    throw new ValidationError([{ loc: ['body'], msg: 'malformed JSON', type: 'value_error.jsondecode' }]);
  }
}

export async function readQuery<S extends z.ZodType>(context: Context, schema: S): Promise<z.output<S>> {
  return parse(schema, await readJson(context), 'body');
}

export class PdpRefusal extends Error {
  override readonly name = 'PdpRefusal';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A PDP serves one environment, so it accepts only environment keys. */
export function environmentOf(account: Account, header: string | undefined): Environment {
  if (header === undefined) throw new PdpRefusal(401, 'Missing Authorization header');
  const [, secret = ''] = /^Bearer\s+(\S+)\s*$/i.exec(header) ?? [];
  const record = account.environmentRecords.get(account.keyOf(secret)?.environment_id ?? '');
  if (record !== undefined) return account.environment(record);
  throw new PdpRefusal(403, 'You are not authorized to access this resource, please check your API key.');
}

export function decide(
  env: Environment,
  log: DecisionLog,
  query: AuthorizationQueryInput,
): AuthorizationResult {
  const result = check(env.pdp, query, engineOptions(env));
  log.add({
    id: newId(),
    timestamp: env.now(),
    environment_id: env.scope.environment_id,
    query,
    result,
  });
  return result;
}

/** The vendor writes a role on an instance `document:d1#owner`, but documents it as `owner`. */
export function engineOptions({ vendorQuirks }: Environment): EngineOptions {
  return { plainRoleNames: !vendorQuirks };
}

/** In the real PDP, too, `result` of `/allowed` is always `false`. Clients read `allow`. */
export function wireResult({ allow, debug }: AuthorizationResult): Record<string, unknown> {
  return { allow, ...(debug !== undefined && { debug }), result: false };
}
