import { type ReactNode, useCallback, useSyncExternalStore } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { dateFormat, formatRelativeTime } from './format-time.ts';

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

export const roundedNow = (step: number): number => Math.floor(Date.now() / step) * step;

/** The current time, updated in steps: `useSyncExternalStore` would never settle on an exact time. */
export function useNow(step: number): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      const timer = setInterval(listener, step / 4);
      return () => clearInterval(timer);
    },
    [step],
  );
  return useSyncExternalStore(subscribe, () => roundedNow(step));
}

/** A short exact time: to the second on the same day, otherwise with its date. */
export function ShortTime({ at }: { readonly at: string }): ReactNode {
  const { language } = useTranslation().i18n;
  const now = useNow(minute);
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now).toDateString();
  const long = dateFormat(language, { dateStyle: 'long', timeStyle: 'medium' });
  const short = dateFormat(
    language,
    isToday
      ? { timeStyle: 'medium' }
      : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  );
  return (
    <time dateTime={at} title={long.format(date)} className="whitespace-nowrap tabular-nums">
      {short.format(date)}
    </time>
  );
}

/** A relative time. Tooltips, screen readers and print use the exact time. `at` is an ISO time. */
export function RelativeTime({ at }: { readonly at: string }): ReactNode {
  const { language } = useTranslation().i18n;
  const now = useNow(minute);
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
