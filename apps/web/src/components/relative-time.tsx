import { useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { relativeTime } from './format-relative-time.ts';

const minute = 60_000;

/** One clock for the page; what it says stays the same within a minute, so that React may compare it. */
function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, minute / 4);
  return () => clearInterval(timer);
}
const thisMinute = (): number => Math.floor(Date.now() / minute) * minute;

/** How long ago; the exact time when pointing at it, and to screen readers. `at` is an ISO time. */
export function When({ at }: { readonly at: string }): ReactNode {
  const { language } = useTranslation().i18n;
  const now = useSyncExternalStore(subscribe, thisMinute);
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(
    new Date(at),
  );
  return (
    <time dateTime={at} title={exact} className="whitespace-nowrap">
      <span aria-hidden="true">{relativeTime(new Date(at), { now, language })}</span>
      <span className="sr-only">{exact}</span>
    </time>
  );
}

/** The exact time, for what is a record: a report's. To the second where steps follow upon each other. */
export function ExactTime(props: { readonly at: string; readonly seconds?: boolean }): ReactNode {
  const { at, seconds = false } = props;
  const { language } = useTranslation().i18n;
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: seconds ? 'medium' : 'short',
  });
  return <time dateTime={at}>{format.format(new Date(at))}</time>;
}
