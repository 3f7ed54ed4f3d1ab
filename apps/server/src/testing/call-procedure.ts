import { createTRPCUntypedClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import type { TRPCProcedureType } from '@trpc/server';
import { expect } from 'vitest';
import { z } from 'zod';
import { requestLimits } from '../platform/trpc/request-budget.ts';
import type { AppRouter } from '../router.ts';
import { readText } from './listen.ts';
import type { TestServer } from './test-server.ts';

export interface ProcedureAnswer {
  readonly status: number;
  /** The response body; for a stream, up to the first event after its initial one. */
  readonly body: string;
}

export const typeOf = (server: Pick<TestServer, 'router'>, path: string): TRPCProcedureType =>
  procedureAt(server, path).type;

/** Calls a procedure by its path over HTTP with any input. Without a token the call is unauthenticated. */
export async function callProcedure(
  server: Pick<TestServer, 'router' | 'url'>,
  path: string,
  { input, token }: { readonly input: unknown; readonly token: string | undefined },
): Promise<ProcedureAnswer> {
  const type = typeOf(server, path);
  const url = new URL(`${server.url}/api/trpc/${path}`);
  const isMutation = type === 'mutation';
  if (!isMutation && input !== undefined) url.searchParams.set('input', JSON.stringify(input));
  const response = await fetch(url, {
    method: isMutation ? 'POST' : 'GET',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(isMutation && { 'content-type': 'application/json' }),
      ...(type === 'subscription' && { accept: 'text/event-stream' }),
    },
    body: isMutation ? (JSON.stringify(input) ?? null) : null,
  });
  return { status: response.status, body: await readText(response, /^event: connected\n.*\n\n[^]+\n\n/) };
}

const Refusal = z.object({
  data: z.object({
    latchkey: z.object({ code: z.string().optional(), denied: z.looseObject({}).optional() }),
  }),
});

/**
 * Makes a call, and resolves to the gate's decision in the format of `session.gates`: a 403 is `denied`, an error with
 * the code `notFound` is `not_found`, and anything else passed the gate.
 */
export async function decisionOf(
  server: Pick<TestServer, 'router' | 'url'>,
  { path, input }: Call,
  { token, notFound }: { readonly token: string; readonly notFound?: string },
): Promise<object> {
  const { status, body } = await callProcedure(server, path, { input, token });
  expect(status).toBeLessThan(500);
  // The response of a subscription starts before its gate decides, so the refusal is an event of the stream.
  const [, event] = /^event: serialized-error\ndata: (.+)$/m.exec(body) ?? [];
  if (typeOf(server, path) === 'subscription' && event === undefined) return { state: 'allowed' };
  const refused = Refusal.safeParse(JSON.parse(event ?? body).error ?? JSON.parse(event ?? body)).data;
  const { code, denied } = refused?.data.latchkey ?? {};
  if (code !== undefined && code === notFound) return { state: 'unavailable', problem: 'not_found' };
  if (denied === undefined) {
    expect(status).not.toBe(403);
    return { state: 'allowed' };
  }
  const { outcome: _, ...rest } = denied;
  return { state: 'denied', ...rest };
}

/** A call by path, with any input. */
export interface Call {
  readonly path: string;
  readonly input: unknown;
}
export interface Answered extends Call {
  readonly answer: string;
}

/**
 * Makes the calls in order: consecutive queries, and consecutive calls of one mutation, run concurrently. Streams are
 * open during all other calls, because some streams emit only after other calls.
 */
export async function answersTo(
  server: Pick<TestServer, 'router' | 'url'>,
  calls: readonly Call[],
  token: string | undefined,
): Promise<readonly Answered[]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const client = createTRPCUntypedClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${server.url}/api/trpc`,
        headers,
        maxItems: requestLimits.batch,
        maxURLLength: 8_000,
      }),
    ],
  });
  const answer = async ({ path, input }: Call): Promise<string> => {
    const type = typeOf(server, path);
    if (type === 'subscription') return (await callProcedure(server, path, { input, token })).body;
    return client[type === 'mutation' ? 'mutation' : 'query'](path, input).then(
      (data) => JSON.stringify(data),
      (error: unknown) => JSON.stringify(Object(error).shape ?? String(error)),
    );
  };
  const answered = async (call: Call): Promise<Answered> => ({ ...call, answer: await answer(call) });
  const isStream = ({ path }: Call): boolean => typeOf(server, path) === 'subscription';
  const streams = Promise.all(calls.filter(isStream).map(answered));
  const answers: Answered[] = [];
  const rest = calls.filter((call) => !isStream(call));
  while (rest.length > 0) {
    const [first] = rest;
    const isTogether = ({ path }: Call): boolean =>
      typeOf(server, path) === 'query' ? typeOf(server, first?.path ?? '') === 'query' : path === first?.path;
    const end = rest.findIndex((call) => !isTogether(call));
    const batch = rest.splice(0, Math.min(end === -1 ? rest.length : end, requestLimits.batch));
    answers.push(...(await Promise.all(batch.map(answered))));
  }
  return [...answers, ...(await streams)];
}

/** A procedure of the router. */
export interface Procedure {
  readonly path: string;
  readonly type: TRPCProcedureType;
  /** The input schemas. A procedure that extends another one has several schemas for one object. */
  readonly inputs: readonly unknown[];
  /** Whether its gate refuses actors. */
  readonly isInPerson: boolean;
}

const Definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.unknown()),
  meta: z.object({ gate: z.object({ actors: z.string().optional() }).optional() }).optional(),
});

/**
 * The procedures in the order of the router. tRPC has no public list of procedures; only this file reads tRPC's
 * internal definitions.
 */
export function proceduresOf({ router }: Pick<TestServer, 'router'>): Procedure[] {
  return Object.entries<unknown>(Object(router._def.procedures)).map(([path, procedure]) => {
    const { type, inputs, meta } = Definition.parse(Object(procedure)._def);
    return { path, type, inputs, isInPerson: meta?.gate?.actors === 'deny' };
  });
}

export function procedureAt(server: Pick<TestServer, 'router'>, path: string): Procedure {
  const found = proceduresOf(server).find((one) => one.path === path);
  if (found === undefined) throw new RangeError(`There is no procedure ${path}.`);
  return found;
}

/** Resolves to the error of a call as the console reads it. */
export async function refusal(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TRPCClientError)) throw new TypeError('The call did not fail.');
  const { data } = error as TRPCClientError<AppRouter>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the router's own client
  return { status: data?.httpStatus, ...data?.latchkey, requestId: typeof data?.latchkey.requestId };
}

const CallError = z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) });

/** Resolves to `ok`, or to the code of the call's error. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => CallError.parse(error).data.latchkey.code,
  );

/**
 * Generates inputs of a procedure from its schemas, varying one field at a time: the field takes each value of the pool
 * that it accepts, and the other fields the first one. Empty when no generated input is valid.
 */
export function inputsOf({ inputs }: Pick<Procedure, 'inputs'>, pool: readonly unknown[]): unknown[] {
  if (inputs.length === 0) return [undefined];
  if (!inputs.every((schema) => schema instanceof z.ZodType)) return [];
  const made = inputs.map((schema) => valuesOf(schema, pool)).reduce(joined);
  const unique = new Map(made.map((input) => [JSON.stringify(input), input]));
  return [...unique.values()].filter((input) => inputs.every((schema) => schema.safeParse(input).success));
}

/** The fields of a procedure's input, at any depth, each with its name and schema. */
export const fieldsOf = (inputs: Procedure['inputs']): [name: string, schema: z.core.$ZodType][] =>
  inputs.flatMap((schema) => (schema instanceof z.ZodType ? fieldsIn(schema, '') : []));

type Wrapper = z.ZodOptional | z.ZodDefault | z.ZodPrefault | z.ZodNullable;

const isWrapper = (schema: z.core.$ZodType): schema is Wrapper =>
  [z.ZodOptional, z.ZodDefault, z.ZodPrefault, z.ZodNullable].some((type) => schema instanceof type);

function fieldsIn(schema: z.core.$ZodType, name: string): [string, z.core.$ZodType][] {
  if (isWrapper(schema)) return fieldsIn(schema.def.innerType, name);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsIn(option, name));
  if (schema instanceof z.ZodIntersection)
    return [schema.def.left, schema.def.right].flatMap((one) => fieldsIn(one, name));
  if (schema instanceof z.ZodArray) return fieldsIn(schema.element, name);
  if (schema instanceof z.ZodRecord) return fieldsIn(schema.valueType, name);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([field, of]) => fieldsIn(of, field));
  return [[name, schema]];
}

function valuesOf(schema: z.core.$ZodType, pool: readonly unknown[]): unknown[] {
  if (isWrapper(schema)) return valuesOf(schema.def.innerType, pool);
  if (schema instanceof z.ZodBoolean) return [true, false];
  if (schema instanceof z.ZodEnum) return schema.options;
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => valuesOf(option, pool));
  if (schema instanceof z.ZodIntersection)
    return joined(valuesOf(schema.def.left, pool), valuesOf(schema.def.right, pool));
  if (schema instanceof z.ZodArray) return valuesOf(schema.element, pool).map((value) => [value]);
  if (schema instanceof z.ZodRecord) return valuesOf(schema.valueType, pool).map((value) => ({ key: value }));
  if (schema instanceof z.ZodObject) return objectsOf(schema, pool);
  return pool.filter((value) => z.safeParse(schema, value).success);
}

/** Merges each object of either list with the first object of the other list. */
function joined(some: readonly unknown[], others: readonly unknown[]): unknown[] {
  return [...some.map((one) => both(one, others[0])), ...others.map((other) => both(some[0], other))];
}

function both(one: unknown, other: unknown): object {
  return { ...Object(one), ...Object(other) };
}

/** An object with the first value of each required field, and variants of it: one for each value of each field. */
function objectsOf(schema: z.ZodObject, pool: readonly unknown[]): unknown[] {
  const fields = Object.entries(schema.shape).map(([name, field]) => ({
    isOptional: z.safeParse(field, undefined).success,
    values: valuesOf(field, pool).map((value) => ({ [name]: value })),
  }));
  const required = fields.filter(({ isOptional }) => !isOptional);
  const base = Object.assign({}, ...required.map(({ values }) => values[0]));
  return [base, ...fields.flatMap(({ values }) => values.map((value) => ({ ...base, ...value })))];
}
