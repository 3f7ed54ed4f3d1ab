import * as v from 'valibot';
import type { Api } from '../../api/api.ts';
import { roundedNow } from '../../ui/time.tsx';

export const periods = ['hour', 'day', 'week', 'month'] as const;

/** In this order, the chips wrap at the same places with the fallback font, which avoids a layout shift. */
export const shownOutcomes = ['allowed', 'denied', 'changes', 'unavailable'] as const;

const time = v.fallback(v.optional(v.string()), undefined);

/** The filter in the URL. Without a period: the last day. An unknown value is ignored. */
export const AuditFilter = v.object({
  period: v.fallback(v.optional(v.picklist(periods)), undefined),
  /** The start and the end of an interval selected in the chart, in ISO 8601. They replace the period. */
  from: time,
  to: time,
  show: v.fallback(v.optional(v.picklist(shownOutcomes)), undefined),
  /** The key of the user or machine that acted, or was affected. */
  person: v.fallback(v.optional(v.string()), undefined),
  action: v.fallback(v.optional(v.string()), undefined),
  on: v.fallback(v.optional(v.string()), undefined),
  /** The client id of the application through which the actor called. */
  application: v.fallback(v.optional(v.string()), undefined),
});
export type AuditFilter = v.InferOutput<typeof AuditFilter>;

const hour = 3_600_000;
const lengths = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour };
/** The step, in milliseconds, to which the current time is rounded, so that the page shares its loader's responses. */
export const timeStep = 600_000;

const keyPattern = /^[^\0]{1,256}$/;
/** A client id can be an address. */
const addressPattern = /^[^\0]{1,2048}$/;

/** The interval of the filter. A period is rounded to whole hours, or to ten minutes if it is an hour. */
export function timeOf({ period = 'day', from, to }: AuditFilter, now: number): { from: string; to: string } {
  const [first, last] = [from, to].map((text) => (text === undefined ? Number.NaN : Date.parse(text)));
  if (first !== undefined && last !== undefined && last > first)
    return { from: new Date(first).toISOString(), to: new Date(last).toISOString() };
  const unit = period === 'hour' ? timeStep : hour;
  const end = Math.ceil((now + 1) / unit) * unit;
  return { from: new Date(end - lengths[period] - unit).toISOString(), to: new Date(end).toISOString() };
}

export function eventsOf(filter: AuditFilter, now: number) {
  const { show, person, action, on, application } = filter;
  return {
    ...timeOf(filter, now),
    ...(show === undefined ? {} : shown[show]),
    person: person !== undefined && keyPattern.test(person) ? person : undefined,
    actions: action !== undefined && keyPattern.test(action) ? [action] : undefined,
    instance: on !== undefined && keyPattern.test(on) ? on : undefined,
    application: application !== undefined && addressPattern.test(application) ? application : undefined,
  };
}

const shown = {
  allowed: { kind: 'decision' as const, outcomes: ['allow' as const] },
  denied: { kind: 'decision' as const, outcomes: ['deny' as const] },
  unavailable: { kind: 'decision' as const, outcomes: ['unavailable' as const] },
  changes: { kind: 'change' as const },
};

/** The input of `audit.histogram`. Its days are those of the browser's time zone. */
export function chartInput(filter: AuditFilter, now: number) {
  return { ...eventsOf(filter, now), timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone };
}

const pageSize = 50;

export function listInput(filter: AuditFilter, now: number) {
  return { ...eventsOf(filter, now), limit: pageSize };
}

export function prefetchAudit(utils: Api['utils'], filter: AuditFilter): void {
  const now = roundedNow(timeStep);
  void utils.audit.list.prefetchInfinite(listInput(filter, now));
  void utils.audit.histogram.prefetch(chartInput(filter, now));
  void utils.audit.views.prefetch();
}
