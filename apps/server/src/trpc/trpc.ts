import { PermissionDeniedError } from '@latchkey/permissions';
import { createGates, type Gate } from '@latchkey/permissions/trpc';
import { initTRPC, TRPCError } from '@trpc/server';
import type { Context } from './context.ts';
import { asAppError, trpcCodeOf, type ErrorData } from './error-data.ts';

const t = initTRPC
  .context<Context>()
  .meta<{ readonly gate?: Gate }>()
  .create({
    // Frequent enough for proxies to keep the connection; a client that hears nothing for twice as long reconnects.
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
    errorFormatter({ shape, error, ctx }) {
      const { code, message, details } = asAppError(error);
      const latchkey: ErrorData = {
        code,
        requestId: ctx?.requestId ?? null,
        ...(error.cause instanceof PermissionDeniedError ? { denied: error.cause.decision } : {}),
        ...(details === undefined ? {} : { details }),
      };
      const { stack: _, ...data } = shape.data;
      return { ...shape, message, data: { ...data, latchkey } };
    },
  });

export const { router } = t;

/** Gives every error that has a code from `app-error.ts` the HTTP status of that code. */
const withCodes = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const known = asAppError(result.error);
  throw new TRPCError({ code: trpcCodeOf(known), message: known.message, cause: result.error.cause });
});

/** For every signed-in person. Procedures start with `permitted`; the few that do not are listed in router.test.ts. */
export const signedIn = t.procedure.use(withCodes).use(async ({ ctx, next }) => {
  const caller = await ctx.authenticate();
  // Nothing of the body is read before: not by a stranger, and by nobody more than the limits allow.
  ctx.admit(caller.identity.subject);
  return next({ ctx: caller });
});

/** `permitted('reports:publish', …)`: the first line of a procedure. Without the permission the call is 403; when nobody can tell, 503. */
export const permitted = createGates(signedIn, {
  onDecision: (decision, { onDecision, identity }) => onDecision(identity, decision),
});
