import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';
import type { AppRouter } from '../router.ts';

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

const Refusal = z.object({ data: z.object({ latchkey: z.object({ code: z.string() }) }) });

/** Resolves to `ok`, or to the code of the call's error. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => Refusal.parse(error).data.latchkey.code,
  );
