import { createHash, randomUUID } from 'node:crypto';

/** A new id in Permit's form: 32 hexadecimal digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/**
 * Returns the same id for the same name, always. Organizations, projects and environments have such ids, so that
 * a client that remembers its scope survives `reset()` and a restart.
 */
export function stableId(...name: readonly string[]): string {
  return createHash('sha256').update(name.join('\n')).digest('hex').slice(0, 32);
}

/**
 * Converts a UUID with dashes to 32 hexadecimal digits: clients send ids in both forms. Returns other texts unchanged.
 */
export function compactId(text: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? text.replaceAll('-', '').toLowerCase()
    : text;
}
