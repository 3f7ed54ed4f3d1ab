const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * "5 minutes ago", "어제"; a date from 30 days on. `now` is in epoch milliseconds. A time up to one minute in the future
 * counts as now, because clocks differ.
 */
export function formatRelativeTime(
  at: Date,
  { now, language }: { readonly now: number; readonly language: string },
): string {
  const ahead = at.getTime() - now;
  const distance = Math.abs(ahead);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (distance < minute) return relative.format(0, 'second');
  if (distance < hour) return relative.format(Math.trunc(ahead / minute), 'minute');
  if (distance < day) return relative.format(Math.trunc(ahead / hour), 'hour');
  if (distance < 30 * day) return relative.format(Math.trunc(ahead / day), 'day');
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(at);
}
