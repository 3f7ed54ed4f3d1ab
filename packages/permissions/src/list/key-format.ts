/** `number` is a column of 8 bytes or without a limit, which the application reads as JavaScript numbers. */
export type WholeFormat = 'smallint' | 'integer' | 'number';

/** The format of a key column that is not text. */
export type KeyFormat = WholeFormat | 'bigint' | 'uuid';

const largest: Readonly<Record<WholeFormat, number>> = {
  smallint: 2 ** 15 - 1,
  integer: 2 ** 31 - 1,
  number: Number.MAX_SAFE_INTEGER,
};

/** PostgreSQL and Prisma reject a query that contains a number outside the column's range. */
export interface IntegerRange {
  readonly from: number;
  readonly to: number;
}

export function rangeOf(format: string): IntegerRange | undefined {
  if (!isWhole(format)) return undefined;
  const to = largest[format];
  return { from: format === 'number' ? -to : -to - 1, to };
}

function isWhole(format: string): format is WholeFormat {
  return Object.hasOwn(largest, format);
}

export function isIn({ from, to }: IntegerRange, value: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}

/**
 * `undefined` when no row can have this key. Only the canonical form matches: a database would find row 42 for `"042"`.
 */
export function keyAs(format: KeyFormat, key: string): string | number | bigint | undefined {
  if (format === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? key : undefined;
  if (format === 'bigint')
    return /^(0|-?[1-9][0-9]{0,18})$/.test(key) ? within64Bits(BigInt(key)) : undefined;
  const range = rangeOf(format);
  const number = Number(key);
  return range !== undefined && isIn(range, number) && String(number) === key ? number : undefined;
}

function within64Bits(key: bigint): bigint | undefined {
  return BigInt.asIntN(64, key) === key ? key : undefined;
}
