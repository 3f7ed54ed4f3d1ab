import { z } from 'zod';
import { noticeKinds, type Notices } from '../../directory/notice.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import { approverProcedures, type ApproverDeps } from './approver-procedures.ts';
import { readProcedures } from './read-procedures.ts';
import { openRequestContext } from './request-context.ts';
import { requesterProcedures, type RequesterDeps } from './requester-procedures.ts';

export type RequestsRouterDeps = RequesterDeps & ApproverDeps & MailDeps;

export function createRequestsRouter(deps: RequestsRouterDeps) {
  const context = openRequestContext(deps);
  return router({
    ...requesterProcedures(deps, context),
    ...readProcedures(deps, context),
    ...approverProcedures(deps, context),
    ...mailProcedures(deps),
  });
}

const ChoiceInput = z.object({ kind: z.enum(noticeKinds), isWanted: z.boolean() });

interface MailDeps {
  readonly notices: Pick<Notices, 'mailChoices' | 'hasMail'>;
}

function mailProcedures({ notices }: MailDeps) {
  return {
    /** Returns the caller's email preferences, `[{ kind, isWanted }]`; empty if email is not configured. */
    mails: permitted('requests:create')
      .meta({ isPrivate: true })
      .query(async ({ ctx: { identity } }) => {
        if (!notices.hasMail) return [];
        const unwanted = await notices.mailChoices.unwantedBy(identity);
        return noticeKinds.map((kind) => ({ kind, isWanted: !unwanted.includes(kind) }));
      }),

    chooseMail: permitted('requests:create')
      .input(ChoiceInput)
      .mutation(async ({ ctx: { identity }, input: { kind, isWanted } }) => {
        await notices.mailChoices.choose(identity, kind, isWanted);
        return { kind, isWanted };
      }),
  };
}
