import { isTooDeep, PermissionDeniedError } from '@latchkey/permissions';
import { createGates, type Gate, type GateDecision } from '@latchkey/permissions/trpc';
import type { ProcedureTool } from '@latchkey/permissions/mcp';
import { initTRPC, TRPCError } from '@trpc/server';
import { AppError } from '../app-error.ts';
import { limitedAs } from '../../authentication/identity.ts';
import type { Context, SignedIn } from './context.ts';
import { asAppError, trpcCodeOf, type ErrorData } from './error-data.ts';

const t = initTRPC
  .context<Context>()
  .meta<{
    readonly gate?: Gate;
    /** Whether a mutation is allowed in a view as another user, because it changes only the view. */
    readonly isForViews?: boolean;
    /** Whether a procedure reads private data of the caller, which cannot be read in a view as the caller. */
    readonly isPrivate?: boolean;
    /** Also offers the procedure to the applications that people connect, as a tool of the MCP server. */
    readonly tool?: ProcedureTool;
  }>()
  .create({
    // Frequent enough for proxies not to close the connection.
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

/** Gives every error with a code from `app-error.ts` the HTTP status of that code, and reports how the call ended. */
const withCodes = t.middleware(async ({ ctx, path, type, next }) => {
  const startedAt = performance.now();
  const result = await ctx.traceCall(path, next, (ended) =>
    ended.ok ? undefined : asAppError(ended.error).code,
  );
  const known = result.ok ? undefined : asAppError(result.error);
  // A subscription has not ended at this point, but only begun.
  if (type !== 'subscription') ctx.onCallEnded(path, known?.code ?? 'ok', performance.now() - startedAt);
  if (result.ok || known === undefined) return result;
  throw new TRPCError({ code: trpcCodeOf(known), message: known.message, cause: result.error.cause });
});

const withinDepth = t.procedure.use(withCodes).use(({ getRawInput, next }) =>
  next({
    async getRawInput() {
      const input = await getRawInput();
      if (isTooDeep(input)) throw new AppError('INPUT_INVALID', 'The input is nested too deeply.');
      return input;
    },
  }),
);

/** Every signed-in user may call these. Only the few procedures listed in router.test.ts use it directly. */
export const signedIn = withinDepth.use(async ({ ctx, type, meta, next }) => {
  const caller = await ctx.authenticate();
  const subject = limitedAs(caller.identity);
  const isChange = type === 'mutation' && meta?.isForViews !== true;
  if (isChange) await ctx.admitChange(subject);
  // The body is not read before this, so unauthenticated and excessive bodies are never read.
  ctx.admit(subject);
  if (caller.identity.viewAs !== undefined) {
    if (isChange) throw new AppError('VIEW_AS_READ_ONLY', 'A view as another user is read-only.');
    if (meta?.isPrivate === true)
      throw new AppError('VIEW_AS_NOT_SHOWN', 'This is private to them, and not shown in a view as them.');
  }
  return next({ ctx: caller });
});

const onDecision = (decision: GateDecision, ctx: SignedIn & Pick<Context, 'onDecision'>): void =>
  ctx.onDecision(ctx.identity, decision);

/**
 * Starts a procedure with a gate: `permitted('reports:publish', …)`. Without the permission: 403; in an outage: 503.
 */
export const permitted = createGates(signedIn, { onDecision });

/** Refuses actors (of exchanged tokens), for procedures that assign, remove or request roles, or start a view. */
export const permittedInPerson = createGates(signedIn, { onDecision, actors: 'deny' });
