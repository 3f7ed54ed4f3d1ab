import type { GateDecision } from '@latchkey/permissions/trpc';
import type { AnyTRPCRouter } from '@trpc/server';
import type { Identity } from '../../authentication/identity.ts';
import type { RateLimit } from '../http/limits/rate-limit.ts';
import type { Authenticate, Context, Exchange, SignedIn } from './context.ts';
import { createRequestBudget } from './request-budget.ts';
import type { Subscriptions } from './watch.ts';

export interface DecidedCall {
  readonly caller: Identity;
  readonly requestId: string;
  /** The subject of the decision, if it is not the caller. */
  readonly about?: string | undefined;
}

export interface ContextsDeps {
  readonly router: AnyTRPCRouter;
  readonly subscriptions: Subscriptions;
  readonly changes?: Pick<RateLimit, 'consume'>;
  readonly onDecision: (call: DecidedCall, decision: GateDecision) => void;
  readonly onCallEnded?: Context['onCallEnded'] | undefined;
  readonly traceCall?: Context['traceCall'] | undefined;
}

export interface IncomingRequest extends Exchange, Pick<Context, 'channel'> {
  readonly isSubscription: boolean;
  readonly authenticate: Authenticate;
}

export type CreateContext = (incoming: IncomingRequest) => Context;

/** All requests with a context share one budget. */
export function createContexts(deps: ContextsDeps): CreateContext {
  const { router, subscriptions, changes, onDecision } = deps;
  const { onCallEnded = () => {}, traceCall = (_path, run) => run() } = deps;
  const budgetOf = createRequestBudget();
  return ({ channel, isSubscription, authenticate, ...exchange }) => {
    const { response, calls } = exchange;
    const requestId = response.get('x-request-id') ?? '';
    let signedIn: Promise<SignedIn> | undefined;
    let counted: Promise<void> | undefined;
    return {
      router,
      requestId,
      channel,
      authenticate: () => (signedIn ??= authenticate(exchange)),
      admitChange: async (subject) => (counted ??= changes?.consume(subject, response, calls)),
      onDecision: (caller, decision) => onDecision({ caller, requestId }, decision),
      subscriptions,
      onCallEnded,
      traceCall,
      ...budgetOf({ ...exchange, isSubscription }),
    };
  };
}
