import { router } from '../../trpc/trpc.ts';
import { asking, type AskingDeps } from './asking.ts';
import { deciding, type DecidingDeps } from './deciding.ts';
import { mailing, type MailingDeps } from './mailing.ts';
import { openRequestDesk } from './request-desk.ts';

export type RequestsRouterDeps = AskingDeps & DecidingDeps & MailingDeps;

/** Access requests: asked for, decided, withdrawn. */
export function createRequestsRouter(deps: RequestsRouterDeps) {
  const desk = openRequestDesk(deps);
  return router({ ...asking(deps, desk), ...deciding(deps, desk), ...mailing(deps) });
}
