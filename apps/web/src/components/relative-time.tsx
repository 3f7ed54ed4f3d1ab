import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { formatRelativeTime } from './format-relative-time.ts';
import { dateFormat } from './date-format.ts';

const minute = 60_000;

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
