import { dateFormat } from './date-format.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * "5 minutes ago", "어제"; a date from 30 days on. `now` is in epoch milliseconds. A time up to one minute in the future
 * counts as now, because clocks differ. Future times are rounded, so that a week remains "in 7 days" a moment later.
 */
export function formatRelativeTime(
  at: Date,
  { now, language }: { readonly now: number; readonly language: string },
): string {
  const ahead = at.getTime() - now;
  const whole = (unit: number): number => (ahead > 0 ? Math.round(ahead / unit) : Math.trunc(ahead / unit));
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (Math.abs(ahead) < minute) return relative.format(0, 'second');
  if (Math.abs(whole(minute)) < 60) return relative.format(whole(minute), 'minute');
  if (Math.abs(whole(hour)) < 24) return relative.format(whole(hour), 'hour');
  if (Math.abs(whole(day)) < 30) return relative.format(whole(day), 'day');
  return dateFormat(language, { dateStyle: 'medium' }).format(at);
}
