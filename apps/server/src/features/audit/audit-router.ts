import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import type { SignedIn } from '../../trpc/context.ts';
import type { Subscriptions } from '../../trpc/subscriptions.ts';
import type { Topic } from '../../bus/topic.ts';
import { permitted, router } from '../../trpc/trpc.ts';
import type { AccessExplainer } from '../../auth/access-explanation.ts';
import type { FindPeople } from '../../auth/people.ts';
import type { AuditEvent } from './audit-event.ts';
import { EventRef, HistogramInput, ListInput, ReportedChange } from './audit-inputs.ts';
import type { AuditChange } from './audit-topic.ts';
import { createEventReader } from './event-reader.ts';
import type { KeptExplanations } from './kept-explanations.ts';
import { originOf, type Audit } from './record.ts';
import { createViewProcedures } from './view-procedures.ts';

export interface AuditRouterDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changed'>;
  readonly findPeople: FindPeople;
  /** The titles of reports that somebody may read. */
  readonly readableTitles: (reader: SignedIn, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** The same of collections. */
  readonly readableCollections: AuditRouterDeps['readableTitles'];
  readonly explanations: Pick<KeptExplanations, 'find'>;
  readonly showExplanation: AccessExplainer['show'];
  readonly subscriptions: Subscriptions;
  readonly auditChanges: Pick<Topic<AuditChange>, 'subscribe'>;
}

const Uuid = z.uuid();
const isUuid = (text: string): boolean => Uuid.safeParse(text).success;

/** What happened in the caller's tenant: decisions of gates, and changes. */
export function createAuditRouter(deps: AuditRouterDeps) {
  const { db, audit, findPeople, subscriptions, auditChanges } = deps;
  const readerOf = (tenant: string) => createEventReader(db, tenant);
  const peopleOf = async (events: readonly AuditEvent[]) => {
    const keys = events.flatMap(({ actor, subject, detail }) => [actor, subject, principalIn(detail)]);
    return [...(await findPeople(keys.filter((key) => key !== null))).values()];
  };
  /** A title that the caller may not read stays unknown, and so does that of what is gone. */
  const titlesOf = async (caller: SignedIn, events: readonly AuditEvent[]) => {
    const titlesIn = async (named: string, titles: AuditRouterDeps['readableTitles']) => {
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
    const kept = await deps.explanations.find(event);
    if (kept === undefined) return null;
    const explanation = await deps.showExplanation(reader, kept.question, kept.explained);
    return { asOf: kept.at.toISOString(), explanation };
  };

  return router({
    /**
     * Events, the newest first. Returns `{ events, people, titles, next }`; `people` names who is in them, `titles` the
     * reports and collections that the caller may read, by id; `next` is the `cursor` of the page that follows, or `null`.
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

    /** How many events there were over a time, by kind and outcome. */
    histogram: permitted('audit:view')
      .input(HistogramInput)
      .query(({ ctx: { identity }, input }) => readerOf(identity.tenant).histogram(input)),

    /**
     * One event. Returns `{ event, people, titles, why }`; `why` is `{ asOf, explanation }`, the explanation from the facts of that
     * time, or `null` when none was kept. @throws `EVENT_NOT_FOUND`
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
     * Records what the command line has changed in Permit by itself, in any tenant. It is a claim of the caller, who is recorded as
     * the actor and could make the change as well: an operator of the installation.
     */
    report: permitted('sync:reconcile')
      .input(ReportedChange)
      .mutation(({ ctx, input }) => {
        audit.changed({ ...originOf(ctx), channel: 'cli', ...input });
        return { recorded: true };
      }),

    /** Tells, at once and whenever events were stored, that it is time to read again. Ends with the token. */
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

/** The key of whom somebody acted for, out of the detail of an event; `null` for nobody. */
function principalIn(detail: AuditEvent['detail']): string | null {
  return ActedFor.safeParse(detail).data?.actsFor.subject ?? null;
}
