import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateFormat } from '../../components/date-format.ts';
import type { TimeBar } from './bars-of.ts';

interface BarTime {
  /** When a bar begins. */
  readonly start: (bar: TimeBar) => string;
  /** When a bar ends; of days the day itself, because nobody calls the third of March the end of the second. */
  readonly end: (bar: TimeBar) => string;
}

/** As exact as the bars are: a day, or a time of a day. */
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
