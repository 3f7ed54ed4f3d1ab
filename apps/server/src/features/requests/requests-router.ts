import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { noticeKinds, type NoticeKind } from '../../directory/notice.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import { approverProcedures, type ApproverDeps } from './approver-procedures.ts';
import { readProcedures } from './read-procedures.ts';
import { openRequestContext } from './request-context.ts';
import { requesterProcedures, type RequesterDeps } from './requester-procedures.ts';
import { unwantedMails } from './tables.ts';

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
  readonly mailChoices: MailChoices;
  readonly hasMail: boolean;
}

function mailProcedures({ mailChoices, hasMail }: MailDeps) {
  return {
    /** Returns the caller's email preferences, `[{ kind, isWanted }]`; empty if email is not configured. */
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

interface Person {
  readonly tenant: string;
  readonly subject: string;
}

/** The email preferences of users. By default, users get all emails. */
export interface MailChoices {
  readonly unwantedBy: (person: Person) => Promise<NoticeKind[]>;
  readonly choose: (person: Person, kind: NoticeKind, isWanted: boolean) => Promise<void>;
  readonly wanting: (tenant: string, kind: NoticeKind, keys: readonly string[]) => Promise<string[]>;
}

export function createMailChoices(db: NodePgDatabase): MailChoices {
  const { tenant, subject, kind } = unwantedMails;
  return {
    async unwantedBy(person) {
      const rows = await db
        .select({ kind })
        .from(unwantedMails)
        .where(and(eq(tenant, person.tenant), eq(subject, person.subject)));
      return rows.map((row) => row.kind);
    },
    async choose(person, of, isWanted) {
      if (!isWanted) {
        const row = { tenant: person.tenant, subject: person.subject, kind: of };
        await db.insert(unwantedMails).values(row).onConflictDoNothing();
        return;
      }
      await db
        .delete(unwantedMails)
        .where(and(eq(tenant, person.tenant), eq(subject, person.subject), eq(kind, of)));
    },
    async wanting(of, about, keys) {
      if (keys.length === 0) return [];
      const rows = await db
        .select({ subject })
        .from(unwantedMails)
        .where(and(eq(tenant, of), eq(kind, about), inArray(subject, [...keys])));
      const unwilling = new Set(rows.map((row) => row.subject));
      return keys.filter((key) => !unwilling.has(key));
    },
  };
}
