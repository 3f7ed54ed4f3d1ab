import { rolesGranting } from '@latchkey/permissions';
import { type AppRole, policy } from '@latchkey/policy';
import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { isPermission } from '../policy.ts';

interface Failure {
  readonly status: TRPCError['code'];
  readonly code: string;
  readonly denied?: object;
  readonly details?: object;
}

/** A procedure's error with its code, like the real server's. */
export const fail = (failure: Failure): TRPCError =>
  new TRPCError({ code: failure.status, cause: Object.assign(new Error(failure.code), { failure }) });

const outage = { status: 'SERVICE_UNAVAILABLE', code: 'AUTHORIZATION_UNAVAILABLE' } as const;

export const denial = (permission: string, grantedBy: string[]) => ({
  permission,
  reason: 'no_permission',
  grantedBy,
  grantedByInstanceRoles: isPermission(permission)
    ? rolesGranting(policy, permission).instance.map((role) => role.split('#')[1] ?? '')
    : [],
});

export const forbidden = (permission: string, grantedBy: string[]): TRPCError =>
  fail({ status: 'FORBIDDEN', code: 'FORBIDDEN', denied: denial(permission, grantedBy) });

export const noRole = {
  status: 'FORBIDDEN',
  code: 'FORBIDDEN',
  denied: { ...denial('reports:view', ['viewer']), reason: 'no_role_in_tenant' },
} as const;

/** Faults that apply to all users. */
export interface StubState {
  /** Every decision fails while true. */
  outage: boolean;
  /** Every decision of a matching call fails; see `calls` for the format. */
  failing: RegExp | null;
  /** Administrators lose their role while true. */
  demoted: boolean;
  /** No user has a role while true. */
  roleless: boolean;
  /** Every token belongs to a suspended user while true. */
  revoked: boolean;
  /** The user has too many open streams while true. */
  crowded: boolean;
  /** Ids of reports and requests that are invalid inputs, as non-UUIDs are for the real server. */
  readonly refusedInputs: Set<string>;
  /** Access tokens that are rejected as expired. */
  readonly expired: Set<string>;
  /** Every answered procedure call, `reports.list {"status":"draft"}`. */
  readonly calls: string[];
  /** The mutations in `calls`, except gate questions: `reports.publish`. */
  readonly changes: string[];
}

export function createStubState(): StubState {
  return {
    outage: false,
    failing: null,
    demoted: false,
    roleless: false,
    revoked: false,
    crowded: false,
    refusedInputs: new Set(),
    expired: new Set(),
    calls: [],
    changes: [],
  };
}

export const isEditor = (token: string): boolean => token.startsWith('editor');
export const isAdmin = (token: string): boolean => token.startsWith('admin');
export const subjectOf = (token: string): string => `u-${token}`;
export const roleOf = (token: string): AppRole =>
  isAdmin(token) ? 'admin' : isEditor(token) ? 'editor' : 'viewer';
export const ById = z.object({ id: z.string() });

/** tRPC set up like the real server's, with its three kinds of procedures. */
export function createStubProcedures(state: StubState) {
  const t = initTRPC.context<{ token: string }>().create({
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
    errorFormatter: ({ shape, error: { cause } }) => {
      const failure = z.object({ failure: z.looseObject({ code: z.string() }) }).safeParse(cause)
        .data?.failure;
      return {
        ...shape,
        data: { ...shape.data, latchkey: { requestId: 'request-7', code: 'INTERNAL', ...failure } },
      };
    },
  });
  const signedIn = t.procedure.use(async ({ ctx, path, type, next, getRawInput }) => {
    if (state.expired.has(ctx.token)) throw fail({ status: 'UNAUTHORIZED', code: 'TOKEN_EXPIRED' });
    if (state.revoked) throw fail({ status: 'UNAUTHORIZED', code: 'SUBJECT_REVOKED' });
    const call = `${path} ${JSON.stringify(await getRawInput())}`;
    state.calls.push(call);
    if (state.failing?.test(call)) throw fail(outage);
    if (type === 'mutation' && path !== 'session.gates') state.changes.push(path);
    return next();
  });
  const gated = signedIn.use(({ next }) => {
    if (state.outage) throw fail(outage);
    return next();
  });
  const operator = gated.use(({ ctx, next }) => {
    if (isAdmin(ctx.token) && !state.demoted) return next();
    throw forbidden('sync:view', ['admin']);
  });
  return { router: t.router, signedIn, gated, operator };
}
export type StubProcedures = ReturnType<typeof createStubProcedures>;

type Event = 'changed' | 'end' | Error;

export interface StubStreams {
  /** The events of a new stream: a value for each `changed`, until `end`. */
  readonly open: () => AsyncGenerator<void, void, void>;
  /** Sends an event to every open stream. An error ends the streams. */
  readonly send: (event: Event) => void;
}

/** The server's side of the streams in a test. */
export function createStubStreams(): StubStreams {
  const streams = new Set<(event: Event) => void>();
  return {
    send(event) {
      for (const push of streams) push(event);
    },
    async *open() {
      const events: Event[] = [];
      let wake: (() => void) | undefined;
      const push = (event: Event): void => {
        events.push(event);
        wake?.();
      };
      streams.add(push);
      try {
        for (;;) {
          const event = events.shift();
          if (event === undefined) {
            // oxlint-disable-next-line no-await-in-loop -- waits for the next event
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          } else if (event === 'changed') {
            yield;
          } else if (event === 'end') {
            return;
          } else {
            throw event;
          }
        }
      } finally {
        streams.delete(push);
      }
    },
  };
}

/** A `changes` subscription: like the real server's, it starts with a change. */
export async function* changesOf(streams: StubStreams) {
  yield { changed: true };
  for await (const _ of streams.open()) yield { changed: true };
}
