import { z } from 'zod';
import { RequestError } from './request-error.ts';
import { zod3Issues, type Zod3Issue } from './zod3-issues.ts';

function describe(issue: Zod3Issue): string {
  const path = issue.path.map(String).join('.');
  const reason =
    issue.code === 'invalid_type'
      ? `Expected ${String(issue['expected'])} but received ${String(issue['received'])}.`
      : issue.message;
  return `Error in key path "${path}": (${issue.code}) ${reason}`;
}

/** @throws RequestError `guard.invalid_input`, 400, with every mistake in `details` */
export function input<T extends z.ZodType>(
  schema: T,
  value: unknown,
  type: 'body' | 'query' = 'body',
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = zod3Issues(parsed.error.issues, value);
  const details = issues.map(describe).join('\n');
  throw new RequestError('guard.invalid_input', 400, { type, details, data: { issues, name: 'ZodError' } });
}

export const ids = z.array(z.string().min(1));
export const someIds = ids.min(1);
export const jsonObject = z.record(z.string(), z.unknown());

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Removes undefined fields, so that a spread does not overwrite existing values. */
export function defined<T extends object>(value: T): Defined<T> {
  const sent = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
  return sent as Defined<T>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- exactly the keys that are left
}

/** @throws RequestError 422 when nothing changes: Logto's database refuses an empty update */
export function someChanges<T extends object>(changes: T): T {
  if (Object.keys(changes).length === 0) throw new RequestError('entity.invalid_input', 422);
  return changes;
}

/** The values that Logto accepts as true. */
export const isYes = (value: string | null): boolean =>
  ['1', 'true', 'y', 'yes'].includes(value?.toLowerCase() ?? '');
