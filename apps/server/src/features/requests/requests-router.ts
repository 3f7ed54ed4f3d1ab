import { router } from '../../platform/trpc/trpc.ts';
import { requesterProcedures, type RequesterDeps } from './requester-procedures.ts';
import { approverProcedures, type ApproverDeps } from './approver-procedures.ts';
import { mailProcedures, type MailDeps } from './mail-procedures.ts';
import { openRequestContext } from './request-context.ts';

export type RequestsRouterDeps = RequesterDeps & ApproverDeps & MailDeps;

/** Access requests: created, decided, withdrawn. */
export function createRequestsRouter(deps: RequestsRouterDeps) {
  const context = openRequestContext(deps);
  return router({
    ...requesterProcedures(deps, context),
    ...approverProcedures(deps, context),
    ...mailProcedures(deps),
  });
}
