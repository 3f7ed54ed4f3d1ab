import { createHash, randomUUID } from 'node:crypto';

/** Permit's form: 32 hexadecimal digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/**
 * The same id for the same name, so that a client that remembers its scope survives `reset()` and a restart.
 */
export function stableId(...name: readonly string[]): string {
  return createHash('sha256').update(name.join('\n')).digest('hex').slice(0, 32);
}

/** Clients send ids as UUIDs or as 32 hexadecimal digits. Returns other texts unchanged. */
export function compactId(text: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? text.replaceAll('-', '').toLowerCase()
    : text;
}
