import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../platform/app-error.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { messagesOf } from '../../directory/subscriptions.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import type { AccessExplainer } from '../../directory/access-explanation.ts';
import type { AuditEvent, AuditChange } from './audit-event.ts';
import { EventRef, HistogramInput, ListInput, MostDeniedInput, ReportedChange } from './audit-inputs.ts';
import { createEventNames, type EventNamesDeps } from './event-format.ts';
import { createEventReader } from './event-reader.ts';
import type { StoredExplanations } from './stored-explanations.ts';
import { originOf, type Audit } from './record.ts';
import { createViewProcedures } from './view-procedures.ts';

export interface AuditRouterDeps extends EventNamesDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changed'>;
  readonly explanations: Pick<StoredExplanations, 'find'>;
  readonly showExplanation: AccessExplainer['show'];
  readonly auditChanges: Pick<Topic<AuditChange>, 'subscribe'>;
}

export function createAuditRouter(deps: AuditRouterDeps) {
  const { db, audit, auditChanges } = deps;
  const readerOf = (tenant: string) => createEventReader(db, tenant);
  const namesIn = createEventNames(deps);
  const whyOf = async (reader: SignedIn, event: AuditEvent) => {
    const stored = await deps.explanations.find(event);
    if (stored === undefined) return null;
    const explanation = await deps.showExplanation(reader, stored.question, stored.explained);
    return { asOf: stored.at.toISOString(), explanation };
  };

  return router({
    /**
     * Lists events, newest first: `{ events, people, titles, next }`. `titles` has, by id, the titles that the caller
     * may read; `next` is the `cursor` of the next page, or `null`.
     */
    list: permitted('audit:view')
      .meta({
        tool: {
          name: 'read_audit_log',
          title: 'Read the audit log',
          description:
            'Changes of access and decisions about it, the newest first, with names. Filter by time, person, action and outcome; page with cursor.',
        },
      })
      .input(ListInput)
      .query(async ({ ctx, input: { cursor, limit, ...filter } }) => {
        const events = await readerOf(ctx.identity.tenant).list(filter, { before: cursor, limit });
        return {
          events,
          ...(await namesIn(ctx, events)),
          next: events.length < limit ? null : (events.at(-1)?.id ?? null),
        };
      }),

    ...createViewProcedures(db),

    /** Counts the events of a period by interval, kind and outcome. */
    histogram: permitted('audit:view')
      .input(HistogramInput)
      .query(({ ctx: { identity }, input }) => readerOf(identity.tenant).histogram(input)),

    /**
     * Returns the permissions that were denied most often in a period, `[{ permission, times, people, users }]`. `people`:
     * how many users were denied it; `users`: the names of those who were denied it most often.
     */
    mostDenied: permitted('audit:view')
      .input(MostDeniedInput)
      .query(async ({ ctx: { identity }, input }) => {
        const denied = await readerOf(identity.tenant).mostDenied(input);
        const names = await deps.findPeople(denied.flatMap(({ users }) => users));
        return denied.map((one) => ({
          ...one,
          users: one.users.map((key) => names.get(key) ?? { key, name: null }),
        }));
      }),

    /**
     * Returns `{ event, people, titles, why }`. `why` is `null`, or `{ asOf, explanation }`: the reasons of a decision
     * by the facts at the time `asOf`.
     * @throws `EVENT_NOT_FOUND`
     */
    get: permitted('audit:view')
      .input(EventRef)
      .query(async ({ ctx, input: { id } }) => {
        const event = await readerOf(ctx.identity.tenant).find(id);
        if (event === undefined) throw new AppError('EVENT_NOT_FOUND', `There is no event ${id} here.`);
        const [names, why] = await Promise.all([namesIn(ctx, [event]), whyOf(ctx, event)]);
        return { event, ...names, why };
      }),

    /**
     * Records a change that the CLI has made in Permit directly, in any tenant. The server does not verify it: the
     * caller, who is recorded as the actor, is an operator of the installation and could make the change anyway.
     */
    report: permitted('sync:reconcile')
      .input(ReportedChange)
      .mutation(({ ctx, input }) => {
        audit.changed({ ...originOf(ctx), channel: 'cli', ...input });
        return { recorded: true };
      }),

    /** Emits immediately and whenever events are stored, so that pages fetch them again. */
    changes: permitted('audit:view').subscription(
      ({ ctx: { identity, permissions, subscriptions }, signal }) =>
        subscriptions.changes({
          identity,
          signal,
          subscribe: messagesOf(auditChanges, ({ tenants }) => tenants.includes(identity.tenant)),
          recheck: () => permissions.require('audit:view'),
        }),
    ),
  });
}
