import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { AppError } from '../../app-error.ts';
import type { Subscriptions } from '../../trpc/subscriptions.ts';
import type { Topic } from '../../bus/topic.ts';
import { permitted, router } from '../../trpc/trpc.ts';
import type { FindPeople } from '../../auth/people.ts';
import type { AuditEvent } from './audit-event.ts';
import { EventRef, HistogramInput, ListInput } from './audit-inputs.ts';
import type { AuditChange } from './audit-topic.ts';
import { createEventReader } from './event-reader.ts';

export interface AuditRouterDeps {
  readonly db: NodePgDatabase;
  readonly findPeople: FindPeople;
  readonly subscriptions: Subscriptions;
  readonly auditChanges: Pick<Topic<AuditChange>, 'subscribe'>;
}

/** What happened in the caller's tenant: decisions of gates, and changes. */
export function createAuditRouter({ db, findPeople, subscriptions, auditChanges }: AuditRouterDeps) {
  const readerOf = (tenant: string) => createEventReader(db, tenant);
  const peopleOf = async (events: readonly AuditEvent[]) => {
    const keys = events.flatMap(({ actor, subject }) => [actor ?? [], subject ?? []].flat());
    return [...(await findPeople(keys)).values()];
  };

  return router({
    /**
     * Events, the newest first. Returns `{ events, people, next }`; `people` names who is in them, by key; `next` is the `before`
     * of the page that follows, or `null`.
     */
    list: permitted('audit:view')
      .input(ListInput)
      .query(async ({ ctx: { identity }, input: { before, after, limit, ...filter } }) => {
        const events = await readerOf(identity.tenant).list(filter, { before, after, limit });
        return {
          events,
          people: await peopleOf(events),
          next: events.length < limit ? null : (events.at(-1)?.id ?? null),
        };
      }),

    /** How many events there were over a time, by kind and outcome. */
    histogram: permitted('audit:view')
      .input(HistogramInput)
      .query(({ ctx: { identity }, input }) => readerOf(identity.tenant).histogram(input)),

    /** One event. @throws `EVENT_NOT_FOUND` */
    get: permitted('audit:view')
      .input(EventRef)
      .query(async ({ ctx: { identity }, input: { id } }) => {
        const event = await readerOf(identity.tenant).find(id);
        if (event === undefined) throw new AppError('EVENT_NOT_FOUND', `There is no event ${id} here.`);
        return { event, people: await peopleOf([event]) };
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
