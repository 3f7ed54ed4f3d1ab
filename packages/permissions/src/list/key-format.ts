/** What a column with keys holds, where it is not text. Keys in Permit are text. */
export type KeyFormat = 'number' | 'bigint' | 'uuid';

const formats = {
  number: (key: string) =>
    Number.isSafeInteger(Number(key)) && String(Number(key)) === key ? Number(key) : undefined,
  bigint: (key: string) => (/^(0|-?[1-9][0-9]{0,18})$/.test(key) ? within64Bits(BigInt(key)) : undefined),
  uuid: (key: string) => (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key) ? key : undefined),
} satisfies Record<KeyFormat, (key: string) => unknown>;

/**
 * A key of Permit as the column has it; `undefined` when no row can have this key. Only the canonical form counts: `"042"`
 * is the key of no row, although a database would find row 42 by it.
 */
export function keyAs(format: KeyFormat, key: string): string | number | bigint | undefined {
  return formats[format](key);
}

function within64Bits(key: bigint): bigint | undefined {
  return BigInt.asIntN(64, key) === key ? key : undefined;
}
