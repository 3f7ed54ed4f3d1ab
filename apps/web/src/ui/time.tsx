import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A cached date format for a language, options and time zone. Creating one takes up to a millisecond, and a list has
 * two in each row.
 */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${new Date().getTimezoneOffset()} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.DateTimeFormat(language, options)));
  return format;
}

/** The date and time, with seconds if `seconds` is set. `at` is an ISO time. */
export function ExactTime(props: { readonly at: string; readonly seconds?: boolean }): ReactNode {
  const { at, seconds = false } = props;
  const { language } = useTranslation().i18n;
  const format = dateFormat(language, {
    dateStyle: 'long',
    timeStyle: seconds ? 'medium' : 'short',
  });
  return <time dateTime={at}>{format.format(new Date(at))}</time>;
}

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

/** The snapshot is rounded to the minute: `useSyncExternalStore` compares snapshots, and an exact time would always differ. */
function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, minute / 4);
  return () => clearInterval(timer);
}
const thisMinute = (): number => Math.floor(Date.now() / minute) * minute;

/** A relative time. Tooltips, screen readers and print use the exact time. `at` is an ISO time. */
export function RelativeTime({ at }: { readonly at: string }): ReactNode {
  const { language } = useTranslation().i18n;
  const now = useSyncExternalStore(subscribe, thisMinute);
  const exact = dateFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at));
  return (
    <time dateTime={at} title={exact} className="whitespace-nowrap">
      <span aria-hidden="true" className="print:hidden">
        {formatRelativeTime(new Date(at), { now, language })}
      </span>
      <span className="sr-only print:not-sr-only print:whitespace-normal">{exact}</span>
    </time>
  );
}
