import { createTRPCUntypedClient, httpBatchLink } from '@trpc/client';
import type { TRPCProcedureType } from '@trpc/server';
import type { AppRouter } from '../router.ts';
import { requestLimits } from '../platform/trpc/admission.ts';
import { procedureAt } from './procedures.ts';
import type { TestServer } from './test-server.ts';

export interface ProcedureAnswer {
  readonly status: number;
  /** The body; for a stream, up to the first event after its initial one. */
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
  return { status: response.status, body: await readBody(response) };
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
 * Makes calls in the order of the router, and many of one procedure concurrently. Streams are open in the meantime,
 * because some emit only after other calls.
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

async function readBody(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (/^event: connected\n.*\n\n[^]+\n\n/.test(text)) break;
  }
  return text;
}
