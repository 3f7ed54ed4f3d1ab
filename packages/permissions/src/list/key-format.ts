/**
 * An integer format. `number` is a column of 8 bytes or without a limit, whose values the application gets as
 * JavaScript numbers.
 */
export type WholeFormat = 'smallint' | 'integer' | 'number';

/** The format of a key column that is not text. Keys in Permit are always strings. */
export type KeyFormat = WholeFormat | 'bigint' | 'uuid';

const largest: Readonly<Record<WholeFormat, number>> = {
  smallint: 2 ** 15 - 1,
  integer: 2 ** 31 - 1,
  number: Number.MAX_SAFE_INTEGER,
};

/**
 * The integers that a column can hold. PostgreSQL and Prisma reject a query that contains a number outside this range.
 */
export interface WholeRange {
  readonly from: number;
  readonly to: number;
}

/** The range of an integer format; `undefined` for any other format. */
export function rangeOf(format: string): WholeRange | undefined {
  if (!isWhole(format)) return undefined;
  const to = largest[format];
  return { from: format === 'number' ? -to : -to - 1, to };
}

function isWhole(format: string): format is WholeFormat {
  return Object.hasOwn(largest, format);
}

export function isIn({ from, to }: WholeRange, value: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}

/**
 * Converts a Permit key to the column's type; `undefined` when no row can have this key. Only the canonical form
 * matches: `"042"` matches no row, although a database would find row 42 with it.
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
