import * as v from 'valibot';

export const periods = ['hour', 'day', 'week', 'month'] as const;

/** In an order in which chips wrap at the same places with the fallback font: nothing moves when the font comes. */
export const shownOutcomes = ['allowed', 'denied', 'changes', 'unavailable'] as const;

const time = v.fallback(v.optional(v.string()), undefined);

/** The filter in the URL. Without a period: the last day. An unknown value counts as none. */
export const AuditFilter = v.object({
  period: v.fallback(v.optional(v.picklist(periods)), undefined),
  /** A part of the time, chosen in the chart: ISO 8601. It replaces the period. */
  from: time,
  to: time,
  show: v.fallback(v.optional(v.picklist(shownOutcomes)), undefined),
  /** The key of who asked or acted. */
  person: v.fallback(v.optional(v.string()), undefined),
  /** A permission, or a kind of change. */
  action: v.fallback(v.optional(v.string()), undefined),
  /** The id of a report. */
  on: v.fallback(v.optional(v.string()), undefined),
});
export type AuditFilter = v.InferOutput<typeof AuditFilter>;

/** The filter of a saved view, which an older or a newer console may have saved. */
export function filterOf(saved: Readonly<Record<string, string>>): AuditFilter {
  return v.parse(AuditFilter, saved);
}

/** A filter as it is saved: what is not set is not there. */
export function savedOf(filter: AuditFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

export function isSameFilter(one: AuditFilter, other: AuditFilter): boolean {
  const textOf = (filter: AuditFilter): string => JSON.stringify(v.parse(AuditFilter, filter));
  return textOf(one) === textOf(other);
}

const hour = 3_600_000;
const lengths = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour };
/** Milliseconds. The time of a page moves in such steps, so that it is not read again with every second. */
export const timeStep = 600_000;

/** The time as pages and their loaders ask about it: both have the same questions, and so the same answers. */
export function presentStep(): number {
  return Math.floor(Date.now() / timeStep) * timeStep;
}

const keyPattern = /^[^\0]{1,256}$/;

/** The time that a page is about. A chart has whole parts: minutes for an hour, hours for a week, days for a month. */
export function timeOf({ period = 'day', from, to }: AuditFilter, now: number): { from: string; to: string } {
  const [first, last] = [from, to].map((text) => (text === undefined ? Number.NaN : Date.parse(text)));
  if (first !== undefined && last !== undefined && last > first)
    return { from: new Date(first).toISOString(), to: new Date(last).toISOString() };
  const unit = period === 'hour' ? timeStep : hour;
  const end = Math.ceil((now + 1) / unit) * unit;
  return { from: new Date(end - lengths[period] - unit).toISOString(), to: new Date(end).toISOString() };
}

/** What both the list and the chart are asked about. */
export function eventsOf(filter: AuditFilter, now: number) {
  const { show, person, action, on } = filter;
  return {
    ...timeOf(filter, now),
    ...(show === undefined ? {} : shown[show]),
    actor: person !== undefined && keyPattern.test(person) ? person : undefined,
    actions: action !== undefined && keyPattern.test(action) ? [action] : undefined,
    instance: on !== undefined && keyPattern.test(on) ? on : undefined,
  };
}

const shown = {
  allowed: { kind: 'decision' as const, outcomes: ['allow' as const] },
  denied: { kind: 'decision' as const, outcomes: ['deny' as const] },
  unavailable: { kind: 'decision' as const, outcomes: ['unavailable' as const] },
  changes: { kind: 'change' as const },
};

const pageSize = 50;

/** The input of `audit.list`, without its cursor. */
export function listInput(filter: AuditFilter, now: number) {
  return { ...eventsOf(filter, now), limit: pageSize };
}
