import type { Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateFormat } from '../../ui/format-time.ts';

export type Histogram = Outputs['audit']['histogram'];

/** One interval of a chart. */
export interface TimeBar {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly all: number;
  readonly denied: number;
}

const lengths = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** A bar for each interval, including those without events, in order. */
export function barsOf(
  { unit, bars }: Histogram,
  { from, to }: { readonly from: string; readonly to: string },
): TimeBar[] {
  const length = lengths[unit];
  const first = Math.floor(Date.parse(from) / length) * length;
  const count = Math.max(1, Math.ceil((Date.parse(to) - first) / length));
  const parts = Array.from({ length: count }, (_, index) => ({
    all: 0,
    denied: 0,
    from: first + index * length,
  }));
  for (const { at, outcome, count: events } of bars) {
    const part = parts[Math.floor((Date.parse(at) - first) / length)];
    if (part === undefined) continue;
    part.all += events;
    if (outcome === 'deny') part.denied += events;
  }
  return parts.map((part) => ({ ...part, to: part.from + length }));
}

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
