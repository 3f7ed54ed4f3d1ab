const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A cached date format for a language, options and time zone. Creating one takes up to a millisecond, and a list has
 * two in each row.
 */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${new Date().getTimezoneOffset()} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.DateTimeFormat(language, options)));
  return format;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * "5 minutes ago", "어제"; a date from 30 days on. `now` is in epoch milliseconds. A time up to one minute in the future
 * is shown as now, because clocks differ. Future times are rounded, so that a time in a week is
 * still shown as "in 7 days" a moment later.
 */
export function formatRelativeTime(
  at: Date,
  { now, language }: { readonly now: number; readonly language: string },
): string {
  const ahead = at.getTime() - now;
  const whole = (unit: number): number => (ahead > 0 ? Math.round(ahead / unit) : Math.trunc(ahead / unit));
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (Math.abs(ahead) < minute) return relative.format(0, 'second');
  if (Math.abs(whole(minute)) < 60) return relative.format(whole(minute), 'minute');
  if (Math.abs(whole(hour)) < 24) return relative.format(whole(hour), 'hour');
  // Counts calendar days: what is due at the end of tomorrow is not due "모레", the day after tomorrow.
  const days = Math.round((startOfDay(at) - startOfDay(new Date(now))) / day);
  if (Math.abs(days) < 30) return relative.format(days, 'day');
  return dateFormat(language, { dateStyle: 'medium' }).format(at);
}

const startOfDay = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

const units = [
  { unit: 'day', length: 86_400_000 },
  { unit: 'hour', length: 3_600_000 },
  { unit: 'minute', length: 60_000 },
  { unit: 'second', length: 1_000 },
] as const;

/** A duration in milliseconds, in its largest unit: "0.3 sec", "6 sec", "2 hr". */
export function formatElapsed(milliseconds: number, language: string): string {
  const elapsed = Math.max(0, milliseconds);
  const { unit, length } = units.find((one) => elapsed >= one.length) ?? { unit: 'second', length: 1_000 };
  const amount = elapsed / length;
  const maximumFractionDigits = amount < 1 ? 1 : 0;
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits,
  });
  return format.format(maximumFractionDigits === 0 ? Math.floor(amount) : amount);
}

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
