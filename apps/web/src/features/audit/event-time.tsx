import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { useNow } from './use-now.ts';
import { dateFormat } from '../../components/date-format.ts';

/** The exact time of an event: to the second on the same day, otherwise with its date. */
export function EventTime({ at }: { readonly at: string }): ReactNode {
  const { language } = useTranslation().i18n;
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(useNow()).toDateString();
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
