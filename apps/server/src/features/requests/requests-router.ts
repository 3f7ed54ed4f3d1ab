import { z } from 'zod';
import { router, permitted } from '../../platform/trpc/trpc.ts';
import { requesterProcedures, type RequesterDeps } from './requester-procedures.ts';
import { approverProcedures, type ApproverDeps } from './approver-procedures.ts';
import { openRequestContext } from './request-context.ts';
import type { MailChoices } from './mail-choices.ts';
import { noticeKinds } from '../../directory/notice.ts';

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

const ChoiceInput = z.object({ kind: z.enum(noticeKinds), isWanted: z.boolean() });

interface MailDeps {
  readonly mailChoices: MailChoices;
  /** Whether email is configured. */
  readonly hasMail: boolean;
}

/** The procedures for the caller's email preferences. */
function mailProcedures({ mailChoices, hasMail }: MailDeps) {
  return {
    /** Returns the caller's preferences, `[{ kind, isWanted }]`; empty without email. */
    mails: permitted('requests:create')
      .meta({ isPrivate: true })
      .query(async ({ ctx: { identity } }) => {
        if (!hasMail) return [];
        const unwanted = await mailChoices.unwantedBy(identity);
        return noticeKinds.map((kind) => ({ kind, isWanted: !unwanted.includes(kind) }));
      }),

    chooseMail: permitted('requests:create')
      .input(ChoiceInput)
      .mutation(async ({ ctx: { identity }, input: { kind, isWanted } }) => {
        await mailChoices.choose(identity, kind, isWanted);
        return { kind, isWanted };
      }),
  };
}
