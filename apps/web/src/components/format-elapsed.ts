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
