/** The type of a column with keys, if it is not text. Keys in Permit are strings. */
export type KeyFormat = 'number' | 'bigint' | 'uuid';

const formats = {
  number: (key: string) =>
    Number.isSafeInteger(Number(key)) && String(Number(key)) === key ? Number(key) : undefined,
  bigint: (key: string) => (/^(0|-?[1-9][0-9]{0,18})$/.test(key) ? within64Bits(BigInt(key)) : undefined),
  uuid: (key: string) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? key : undefined),
} satisfies Record<KeyFormat, (key: string) => unknown>;

/**
 * Converts a Permit key to the column's type; `undefined` when no row can have this key. Only the canonical form
 * matches: `"042"` matches no row, although a database would find row 42 with it.
 */
export function keyAs(format: KeyFormat, key: string): string | number | bigint | undefined {
  return formats[format](key);
}

function within64Bits(key: bigint): bigint | undefined {
  return BigInt.asIntN(64, key) === key ? key : undefined;
}
