import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import type { Histogram } from '../features/audit/bars.ts';
import type { SavedView } from '../features/audit/saved-views.tsx';
import type { AuditEvent } from '../shared/events/event-labels.tsx';
import { changesOf, fail, ById, type StubProcedures, type StubStreams } from './stub-procedures.ts';

export interface StubAudit {
  /** Newest first. */
  readonly events: AuditEvent[];
  views: SavedView[];
  /** The users in the events. */
  readonly people: Outputs['audit']['list']['people'][number][];
  /** The chart; `null`: all events by hour. */
  histogram: Histogram | null;
  /** The stored reasons of each decision. */
  why: { readonly asOf: string; readonly explanation: object } | null;
  /** Whether events cannot be read. */
  hasFailed: boolean;
}

export function createStubAudit(): StubAudit {
  const people = [
    { key: 'u-viewer', name: 'Jonas Weber' },
    { key: 'u-admin', name: 'Amelia Hart' },
  ];
  return { events: [], views: [], people, histogram: null, why: null, hasFailed: false };
}

/** By default, a call by `u-viewer` that was denied an hour ago. */
export function stubEvent(id: string, event: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id,
    at: new Date(Date.now() - 3_600_000).toISOString(),
    tenant: 'default',
    kind: 'decision',
    action: 'reports:create',
    outcome: 'deny',
    actor: 'u-viewer',
    actorKind: 'person',
    channel: 'gate',
    subject: null,
    resource: 'reports',
    instance: null,
    reason: 'no_permission',
    detail: { procedure: 'reports.create', source: 'pdp' },
    latency: 1_234,
    requestId: 'request-7',
    ...event,
  };
}

/** The response of `audit.list`. */
function stubEventsPage({ events, people }: StubAudit, filter: z.output<typeof Filter>) {
  const { outcomes, person, cursor, limit = 50 } = filter;
  const found = events.filter(
    (event) =>
      (outcomes === undefined || outcomes.includes(event.outcome)) &&
      (person === undefined || event.actor === person || event.subject === person),
  );
  const rest = found.slice(found.findIndex(({ id }) => id === cursor) + 1);
  return {
    events: rest.slice(0, limit),
    people,
    titles: { 'r-1': 'Q4 review' },
    next: rest.length <= limit ? null : (rest[limit - 1]?.id ?? null),
  };
}

/** The response of `audit.histogram`: all events by hour. */
function stubHistogram({ events }: StubAudit): Histogram {
  return {
    unit: 'hour',
    bars: events.map(({ at, kind, outcome }) => ({
      at: `${at.slice(0, 13)}:00:00.000Z`,
      kind,
      outcome,
      count: 1,
    })),
  };
}

const View = z.object({ name: z.string(), filter: z.record(z.string(), z.string()) });
const Filter = z.object({
  outcomes: z.array(z.string()).optional(),
  person: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.number().optional(),
});

/** The audit log procedures for administrators. */
export function stubAuditProcedures(
  { operator }: StubProcedures,
  { audit, streams }: { readonly audit: StubAudit; readonly streams: StubStreams },
) {
  return {
    list: operator.input(Filter).query(({ input }): object => {
      if (audit.hasFailed) throw fail({ status: 'BAD_REQUEST', code: 'INPUT_INVALID' });
      return stubEventsPage(audit, input);
    }),
    histogram: operator.input(Filter).query((): object => audit.histogram ?? stubHistogram(audit)),
    get: operator.input(ById).query(({ input }): object => {
      const event = audit.events.find(({ id }) => id === input.id);
      if (event === undefined) throw fail({ status: 'NOT_FOUND', code: 'EVENT_NOT_FOUND' });
      const { people, titles } = stubEventsPage(audit, {});
      return { event, people, titles, why: audit.why };
    }),
    views: operator.query((): object => audit.views),
    saveView: operator.input(View).mutation(({ input }) => {
      if (audit.views.some(({ name }) => name === input.name))
        throw fail({ status: 'CONFLICT', code: 'VIEW_NAME_TAKEN' });
      audit.views = [...audit.views, { id: `view-${input.name}`, ...input }];
    }),
    renameView: operator.input(View.pick({ name: true }).extend(ById.shape)).mutation(({ input }) => {
      audit.views = audit.views.map((view) => (view.id === input.id ? { ...view, name: input.name } : view));
    }),
    removeView: operator.input(ById).mutation(({ input }) => {
      audit.views = audit.views.filter(({ id }) => id !== input.id);
    }),
    changes: operator.subscription(() => changesOf(streams)),
  };
}
