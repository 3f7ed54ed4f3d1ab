import { readFileSync, statSync } from 'node:fs';
import type { EnvironmentSource } from './development-values.ts';
import { EnvironmentError } from './parse-environment.ts';

/** Variables that hold a secret. Each may be in a file instead, named by the variable with `_FILE` behind its name. */
export const secretVariables = [
  'DATABASE_URL',
  'LOGTO_WEBHOOK_SIGNING_KEYS',
  'LOGTO_M2M_APP_SECRET',
  'PERMIT_API_KEY',
  'AUDIT_STREAM_SECRET',
  'REQUESTS_WEBHOOK_SECRET',
  'SMTP_URL',
] as const;

/** Bytes. No secret is longer; a file that is was named by mistake. */
const most = 65_536;

/**
 * Reads the secrets that are in files, as container platforms mount them: `PERMIT_API_KEY_FILE=/run/secrets/permit` stands for
 * `PERMIT_API_KEY`, and is gone from what is returned. A line break at the end of the file does not belong to the secret.
 *
 * @throws {EnvironmentError} that lists every file that cannot be read, and every secret that is given in both ways
 */
export function withSecretFiles(source: EnvironmentSource): EnvironmentSource {
  const secrets: Record<string, string | undefined> = {};
  const problems: string[] = [];
  for (const name of secretVariables.toSorted()) {
    const path = source[`${name}_FILE`];
    if (path === undefined || path === '') continue;
    const given = source[name];
    if (given !== undefined && given !== '') {
      problems.push(`  ${name} is set, and so is ${name}_FILE: set one of them`);
      continue;
    }
    try {
      if (statSync(path).size > most) throw new RangeError(`it has more than ${most} bytes`);
      secrets[`${name}_FILE`] = undefined;
      secrets[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      problems.push(`  ${name}_FILE cannot be read: ${reasonOf(error)}`);
    }
  }
  if (problems.length > 0) throw new EnvironmentError(problems.join('\n'));
  return { ...source, ...secrets };
}

/** Without the path: it is the operator's own, and the code is enough. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
