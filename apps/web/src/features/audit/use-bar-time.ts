import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateFormat } from '../../components/date-format.ts';
import type { TimeBar } from './bars-of.ts';

interface BarTime {
  /** The start of a bar. */
  readonly start: (bar: TimeBar) => string;
  /** The end of a bar; for whole days the day itself, because the second of March does not end on the third for readers. */
  readonly end: (bar: TimeBar) => string;
}

/** Formats with the precision of the bars: a day, or a time of day. */
export function useBarTime(bars: readonly TimeBar[]): BarTime {
  const { language } = useTranslation().i18n;
  const [first] = bars;
  const isDaily = first !== undefined && first.to - first.from >= 86_400_000;
  const format = dateFormat(
    language,
    isDaily
      ? { month: 'short', day: 'numeric', timeZone: 'UTC' }
      : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  );
  return {
    start: ({ from }) => format.format(from),
    end: ({ from, to }) => format.format(isDaily ? from : to),
  };
}
