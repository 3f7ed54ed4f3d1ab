import { z } from 'zod';

const Uuid = z.uuid();

/** Those of the keys that an instance of ours can have: others were made in Permit itself, and PostgreSQL would refuse them. */
export function uuidsAmong(keys: readonly string[]): string[] {
  return keys.filter((key) => Uuid.safeParse(key).success);
}
