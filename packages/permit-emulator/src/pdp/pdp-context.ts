import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import { ValidationError } from '../errors.ts';
import { parse } from '../http/validation.ts';
import type { Account } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import type { DecisionLog } from './decision-log.ts';

/**
 * A path pattern and the resource type it stands for, or the number of the group that captures the type (from 0).
 */
export type KongRoute = readonly [pattern: string, resource: string | number];

export interface PdpDeps {
  /** Read at every request, because `reset()` replaces it. */
  readonly account: () => Account;
  readonly decisions: DecisionLog;
  /** The management API, to which the facts proxy forwards requests. */
  readonly api: Hono;
  /** The environment of requests from Kong's plugin, which sends no key. */
  readonly defaultEnvironment: () => Environment;
  /** Without routes, `/kong` responds with 503. */
  readonly kongRoutes?: readonly KongRoute[] | undefined;
  /** What makes this the PDP that Permit hosts. */
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
