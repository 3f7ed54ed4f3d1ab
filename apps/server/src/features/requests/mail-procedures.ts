import { z } from 'zod';
import { permitted } from '../../platform/trpc/trpc.ts';
import type { MailChoices } from './mail-choices.ts';
import { noticeKinds } from '../../directory/notice.ts';

const ChoiceInput = z.object({ kind: z.enum(noticeKinds), isWanted: z.boolean() });

export interface MailDeps {
  readonly mailChoices: MailChoices;
  /** Whether email is configured. */
  readonly hasMail: boolean;
}

/** The procedures for the caller's email preferences. */
export function mailProcedures({ mailChoices, hasMail }: MailDeps) {
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
