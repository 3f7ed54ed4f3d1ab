import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { AppError } from '../../platform/app-error.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { Subscriptions } from '../../directory/subscriptions.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { permitted, router } from '../../platform/trpc/trpc.ts';
import type { AccessExplainer } from '../../directory/access-explanation.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { AuditEvent, AuditChange } from './audit-event.ts';
import { EventRef, HistogramInput, ListInput, ReportedChange } from './audit-inputs.ts';
import { createEventReader } from './event-reader.ts';
import type { StoredExplanations } from './stored-explanations.ts';
import { originOf, type Audit } from './record.ts';
import { createViewProcedures } from './view-procedures.ts';
import type { ReadableTitles } from '../../directory/shared-resources.ts';

export interface AuditRouterDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changed'>;
  readonly findPeople: FindPeople;
  readonly readableTitles: ReadableTitles;
  readonly readableCollections: ReadableTitles;
  readonly explanations: Pick<StoredExplanations, 'find'>;
  readonly showExplanation: AccessExplainer['show'];
  readonly subscriptions: Subscriptions;
  readonly auditChanges: Pick<Topic<AuditChange>, 'subscribe'>;
}

const Uuid = z.uuid();
const isUuid = (text: string): boolean => Uuid.safeParse(text).success;

/** The audit log of the caller's tenant: gate decisions and changes. */
export function createAuditRouter(deps: AuditRouterDeps) {
  const { db, audit, findPeople, subscriptions, auditChanges } = deps;
  const readerOf = (tenant: string) => createEventReader(db, tenant);
  const peopleOf = async (events: readonly AuditEvent[]) => {
    const keys = events.flatMap(({ actor, subject, detail }) => [actor, subject, principalIn(detail)]);
    return [...(await findPeople(keys.filter((key) => key !== null))).values()];
  };
  /** Omits the titles of instances that the caller may not read or that no longer exist. */
  const titlesOf = async (caller: SignedIn, events: readonly AuditEvent[]) => {
    const titlesIn = async (named: string, titles: ReadableTitles) => {
      const ids = events.flatMap(({ resource, instance }) =>
        resource === named && instance !== null && isUuid(instance) ? [instance] : [],
      );
      return ids.length === 0 ? [] : [...(await titles(caller, [...new Set(ids)]))];
    };
    const titles = await Promise.all([
      titlesIn('reports', deps.readableTitles),
      titlesIn('collections', deps.readableCollections),
    ]);
    return Object.fromEntries(titles.flat());
  };
  const whyOf = async (reader: SignedIn, event: AuditEvent) => {
    const stored = await deps.explanations.find(event);
    if (stored === undefined) return null;
    const explanation = await deps.showExplanation(reader, stored.question, stored.explained);
    return { asOf: stored.at.toISOString(), explanation };
  };

  return router({
    /**
     * Returns events, newest first: `{ events, people, titles, next }`. `people` has the names of their users, `titles`
     * the reports and collections that the caller may read, by id; `next` is the `cursor` of the next page, or `null`.
     */
    list: permitted('audit:view')
      .input(ListInput)
      .query(async ({ ctx, input: { cursor, limit, ...filter } }) => {
        const events = await readerOf(ctx.identity.tenant).list(filter, { before: cursor, limit });
        const [people, titles] = await Promise.all([peopleOf(events), titlesOf(ctx, events)]);
        return {
          events,
          people,
          titles,
          next: events.length < limit ? null : (events.at(-1)?.id ?? null),
        };
      }),

    ...createViewProcedures(db),

    /** Returns the number of events over a period, by kind and outcome. */
    histogram: permitted('audit:view')
      .input(HistogramInput)
      .query(({ ctx: { identity }, input }) => readerOf(identity.tenant).histogram(input)),

    /**
     * Returns one event: `{ event, people, titles, why }`. `why` is `{ asOf, explanation }`, the explanation from the
     * facts at that time, or `null` when none was stored.
     * @throws `EVENT_NOT_FOUND`
     */
    get: permitted('audit:view')
      .input(EventRef)
      .query(async ({ ctx, input: { id } }) => {
        const event = await readerOf(ctx.identity.tenant).find(id);
        if (event === undefined) throw new AppError('EVENT_NOT_FOUND', `There is no event ${id} here.`);
        const [people, titles, why] = await Promise.all([
          peopleOf([event]),
          titlesOf(ctx, [event]),
          whyOf(ctx, event),
        ]);
        return { event, people, titles, why };
      }),

    /**
     * Records a change that the CLI has made in Permit directly, in any tenant. The server does not verify it; the
     * caller is recorded as the actor, and is an operator of the installation, who could make the change as well.
     */
    report: permitted('sync:reconcile')
      .input(ReportedChange)
      .mutation(({ ctx, input }) => {
        audit.changed({ ...originOf(ctx), channel: 'cli', ...input });
        return { recorded: true };
      }),

    /**
     * Emits immediately, and whenever events are stored, to signal that the client should read again. Ends with the
     * token.
     */
    changes: permitted('audit:view').subscription(({ ctx: { identity, permissions }, signal }) =>
      subscriptions.changes({
        identity,
        signal,
        subscribe: (onChange) =>
          auditChanges.subscribe({
            onGap: onChange,
            onMessage({ tenants }) {
              if (tenants.includes(identity.tenant)) onChange();
            },
          }),
        recheck: () => permissions.require('audit:view'),
      }),
    ),
  });
}

const ActedFor = z.object({ actsFor: z.object({ subject: z.string() }) });

/** Reads the key of the subject an actor acted for from an event's detail; `null` without an actor. */
function principalIn(detail: AuditEvent['detail']): string | null {
  return ActedFor.safeParse(detail).data?.actsFor.subject ?? null;
}
