import type { Outputs } from '../../api/trpc.ts';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { dateFormat } from '../../ui/format-time.ts';

export type Histogram = Outputs['audit']['histogram'];

export interface TimeBar {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly all: number;
  readonly denied: number;
}

const lengths = { minute: 60_000, hour: 3_600_000 } as const;

/** The start of the interval that contains the time, or of the one after it. Days are local: they can have 23 or 25 hours. */
function startOf(unit: Histogram['unit'], time: number, offset: 0 | 1 = 0): number {
  if (unit !== 'day') return (Math.floor(time / lengths[unit]) + offset) * lengths[unit];
  const day = new Date(time);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + offset).getTime();
}

/** A bar for each interval, including those without events, in order. */
export function barsOf(
  { unit, bars }: Histogram,
  { from, to }: { readonly from: string; readonly to: string },
): TimeBar[] {
  const parts = new Map<number, TimeBar & { all: number; denied: number }>();
  for (let start = startOf(unit, Date.parse(from)); start < Date.parse(to);) {
    const next = startOf(unit, start, 1);
    parts.set(start, { from: start, to: next, all: 0, denied: 0 });
    start = next;
  }
  for (const { at, outcome, count } of bars) {
    const part = parts.get(startOf(unit, Date.parse(at)));
    if (part === undefined) continue;
    part.all += count;
    if (outcome === 'deny') part.denied += count;
  }
  return [...parts.values()];
}

export function useBarTime(bars: readonly TimeBar[]) {
  const { language } = useTranslation().i18n;
  const [first] = bars;
  const isDaily = first !== undefined && first.to - first.from > lengths.hour;
  const format = dateFormat(
    language,
    isDaily
      ? { month: 'short', day: 'numeric' }
      : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  );
  return {
    start: ({ from }: TimeBar): string => format.format(from),
    /** The day of a daily bar, or the time at which a shorter bar ends. */
    end: ({ from, to }: TimeBar): string => format.format(isDaily ? from : to),
  };
}
