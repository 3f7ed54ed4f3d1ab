import type { ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.tsx';
import { dateFormat } from './date-format.ts';

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
