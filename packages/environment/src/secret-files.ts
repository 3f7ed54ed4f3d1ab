import { readFileSync, statSync } from 'node:fs';
import type { EnvironmentSource } from './development-values.ts';
import { EnvironmentError } from './parse-environment.ts';

/** Instead of each variable, one with the suffix `_FILE` can name a file that contains the secret. */
export const secretVariables = [
  'DATABASE_URL',
  'LOGTO_WEBHOOK_SIGNING_KEYS',
  'LOGTO_M2M_APP_SECRET',
  'PERMIT_API_KEY',
  'AUDIT_STREAM_SECRET',
  'REQUESTS_WEBHOOK_SECRET',
  'SMTP_URL',
] as const;

/** Maximum number of bytes of a secret. A longer file must have been named by mistake. */
const most = 65_536;

/**
 * Reads secrets from files, as container platforms mount them: `PERMIT_API_KEY_FILE=/run/secrets/permit` becomes
 * `PERMIT_API_KEY` in the result. A line break at the end of the file is not part of the secret.
 *
 * @param explain - as of `parseEnvironment`
 * @throws {EnvironmentError} that lists every file that cannot be read, and every secret that is set both ways
 */
export function withSecretFiles(
  source: EnvironmentSource,
  explain: (problems: readonly string[]) => string,
): EnvironmentSource {
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
  if (problems.length > 0) throw new EnvironmentError(explain(problems));
  return { ...source, ...secrets };
}

/** The code of an error omits the path, which the operator knows. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
