export const secondsOf = { day: 86_400, week: 604_800 } as const;

/** `2026-12-03` in the user's time zone. */
export function dateInDays(days: number, now: Date): string {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}

/** Seconds from now to the end of the day, in the user's time zone. `undefined` for an invalid date. */
export function secondsUntilEndOf(day: string, now: Date): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return undefined;
  const end = new Date(Number(year), Number(month) - 1, Number(date) + 1);
  return Math.floor((end.getTime() - now.getTime()) / 1000);
}

/** The last day that ends within this many seconds; `undefined` when even today ends later. */
export function lastDayWithin(seconds: number, now: Date): string | undefined {
  const days = Math.floor(seconds / secondsOf.day);
  return [days, days - 1]
    .filter((count) => count >= 0)
    .map((count) => dateInDays(count, now))
    .find((day) => (secondsUntilEndOf(day, now) ?? Infinity) <= seconds);
}

/** "1 week", "9 days", "5 hours": whole weeks as weeks, otherwise rounded to days, hours or minutes. */
export function formatDuration(seconds: number, language: string): string {
  const [unit, length] =
    seconds % secondsOf.week === 0
      ? (['week', secondsOf.week] as const)
      : seconds >= secondsOf.day
        ? (['day', secondsOf.day] as const)
        : seconds >= 3_600
          ? (['hour', 3_600] as const)
          : (['minute', 60] as const);
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.max(1, Math.round(seconds / length)));
}
