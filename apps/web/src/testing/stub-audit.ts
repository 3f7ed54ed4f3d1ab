import type { AuditEvent } from '../shared/events/event-labels.tsx';
import { fail, type Answers, type Organization } from './answers.ts';

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

export function auditAnswers(organization: Organization): Answers['audit'] {
  const named = { people: organization.people, titles: { 'r-1': 'Q4 review' } };
  return {
    list: ({ outcomes, person, cursor, limit = 50 }) => {
      const found = organization.events.filter(
        ({ outcome, actor, subject }) =>
          (outcomes === undefined || outcomes.includes(outcome)) &&
          (person === undefined || actor === person || subject === person),
      );
      const rest = found.slice(found.findIndex(({ id }) => id === cursor) + 1);
      const next = rest.length <= limit ? null : (rest[limit - 1]?.id ?? null);
      return { ...named, events: rest.slice(0, limit), next };
    },
    histogram: () => ({
      unit: 'hour',
      bars: organization.events.map(({ at, kind, outcome }) => ({
        at: `${at.slice(0, 13)}:00:00.000Z`,
        kind,
        outcome,
        count: 1,
      })),
    }),
    mostDenied: () => {
      const denied = organization.events.filter(({ outcome }) => outcome === 'deny');
      return [...Map.groupBy(denied, ({ action }) => action)].map(([permission, those]) => ({
        permission,
        times: those.length,
        people: new Set(those.map(({ actor }) => actor)).size,
        users: organization.people.filter(({ key }) => those.some(({ actor }) => actor === key)),
      }));
    },
    get: ({ id }) => {
      const event = organization.events.find((one) => one.id === id);
      if (event === undefined) throw fail('EVENT_NOT_FOUND');
      return { ...named, event, why: null };
    },
    views: () => organization.views,
    saveView: ({ name, filter }) => {
      organization.views = [...organization.views, { id: `view-${name}`, name, filter }];
    },
    renameView: ({ id, name }) => {
      organization.views = organization.views.map((view) => (view.id === id ? { ...view, name } : view));
    },
    removeView: ({ id }) => {
      organization.views = organization.views.filter((view) => view.id !== id);
    },
  };
}
