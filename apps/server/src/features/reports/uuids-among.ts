import { z } from 'zod';

const Uuid = z.uuid();

/**
 * The keys that are UUIDs, as all our instances have: others were created in Permit directly, and PostgreSQL would
 * refuse them.
 */
export function uuidsAmong(keys: readonly string[]): string[] {
  return keys.filter((key) => Uuid.safeParse(key).success);
}
