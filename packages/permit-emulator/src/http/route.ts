import type { z } from 'zod';
import { PermitError, ValidationError } from '../errors.ts';
import type { Account, ApiKeyRecord, ProjectRecord } from '../model/account.ts';
import type { Environment } from '../model/environment.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import { parse } from './validation.ts';

type Method = 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** Routed and authenticated, but not yet parsed. */
export interface RawCall {
  readonly account: Account;
  readonly decisions: DecisionLog;
  readonly key: ApiKeyRecord;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly body: () => Promise<string>;
}

interface Call<Path extends string, Body, Query> {
  readonly account: Account;
  readonly decisions: DecisionLog;
  readonly key: ApiKeyRecord;
  readonly params: Readonly<Record<NamesIn<Path>, string>>;
  readonly query: Query;
  readonly body: Body;
}

export class Reply {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body?: unknown) {
    this.status = status;
    this.body = body;
  }
}

export const noContent = new Reply(204);

/** `SUPPORTED.md` lists exactly these operations. */
export interface Route {
  readonly method: Method;
  /** With `{names}`, as in the vendor's OpenAPI document. */
  readonly path: string;
  handle(call: RawCall): Promise<Reply>;
}

interface Parts<Body extends z.ZodType, Query extends z.ZodType> {
  readonly body?: Body;
  readonly query?: Query;
}

interface Spec<Path extends string, Body extends z.ZodType, Query extends z.ZodType> extends Parts<
  Body,
  Query
> {
  readonly run: (call: Call<Path, z.output<Body>, z.output<Query>>) => unknown;
}

interface EnvironmentSpec<Path extends string, Body extends z.ZodType, Query extends z.ZodType> extends Parts<
  Body,
  Query
> {
  readonly run: (env: Environment, call: Call<Path, z.output<Body>, z.output<Query>>) => unknown;
}

async function readJson(call: RawCall): Promise<unknown> {
  const text = await call.body();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const msg = error instanceof Error ? error.message : 'malformed JSON';
    throw new ValidationError([{ loc: ['body'], msg, type: 'value_error.jsondecode' }]);
  }
}

function checkAccess({ access_level }: ApiKeyRecord, method: Method): void {
  if (access_level === 'admin' || access_level === 'write') return;
  if (access_level === 'read' && method === 'GET') return;
  throw forbidden('This API key does not allow the operation');
}

export function forbidden(message: string): PermitError {
  return new PermitError('FORBIDDEN_ACCESS', 'Access to the requested resource is forbidden', message);
}

/**
 * `route('GET /v2/projects/{p}', ...)`, as in the vendor's document. All writes of a call are stored
 * together.
 */
export function route<Path extends string, Body extends z.ZodType, Query extends z.ZodType>(
  at: `${Method} ${Path}`,
  spec: Spec<Path, Body, Query>,
): Route {
  const space = at.indexOf(' ');
  const method = at.slice(0, space) as Method; // oxlint-disable-line typescript/no-unsafe-type-assertion -- by the type of `at`
  const path = at.slice(space + 1);
  return {
    method,
    path,
    async handle(raw) {
      checkAccess(raw.key, method);
      const query = spec.query === undefined ? {} : parse(spec.query, raw.query, 'query');
      const body = spec.body === undefined ? undefined : parse(spec.body, await readJson(raw), 'body');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed by these very schemas, routed by this very path
      const call = { ...raw, query, body } as Call<Path, z.output<Body>, z.output<Query>>;
      const result = raw.account.batch(() => spec.run(call));
      return result instanceof Reply ? result : new Reply(200, result);
    },
  };
}

/** Throws when the key has no access to the project. */
export function reachProject(
  { account, key }: Pick<RawCall, 'account' | 'key'>,
  keyOrId: string,
): ProjectRecord {
  const project = account.project(keyOrId);
  if (key.project_id !== null && key.project_id !== project.id) {
    throw forbidden(`This API key does not reach project '${project.key}'`);
  }
  return project;
}

/** Resolves `{p}` and `{e}`; the key must have access to the environment. */
export function inEnvironment<
  Path extends `${string}{p}/{e}${string}`,
  Body extends z.ZodType,
  Query extends z.ZodType,
>(at: `${Method} ${Path}`, spec: EnvironmentSpec<Path, Body, Query>): Route {
  return route<Path, Body, Query>(at, {
    ...spec,
    run(call) {
      return spec.run(reachEnvironment(call, call.params), call);
    },
  });
}

export function reachEnvironment(
  call: Pick<RawCall, 'account' | 'key'>,
  { p, e }: { readonly [K in 'e' | 'p']?: string },
): Environment {
  const project = reachProject(call, p ?? '');
  const record = call.account.environmentRecord(project, e ?? '');
  const { environment_id } = call.key;
  if (environment_id !== null && environment_id !== record.id) {
    throw forbidden(`This API key does not reach environment '${record.key}'`);
  }
  return call.account.environment(record);
}
