import { z } from 'zod';
import { RequestError } from './request-error.ts';

function received(input: unknown): string {
  if (input === null) return 'null';
  return Array.isArray(input) ? 'array' : typeof input;
}

function describe(issue: z.core.$ZodIssue, input: unknown): string {
  const path = issue.path.map(String).join('.');
  const value = issue.path.reduce<unknown>((at, key) => Object(at)[key], input);
  const reason =
    issue.code === 'invalid_type'
      ? `Expected ${issue.expected} but received ${received(value)}.`
      : issue.message;
  return `Error in key path "${path}": (${issue.code}) ${reason}`;
}

/**
 * Parses a part of a request.
 * @throws RequestError `guard.invalid_input`, 400, with every mistake in `details`
 */
export function input<T extends z.ZodType>(
  schema: T,
  value: unknown,
  type: 'body' | 'query' = 'body',
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const details = issues.map((issue) => describe(issue, value)).join('\n');
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

/** `true`, `1`, `yes`, `y`: the values that Logto accepts as true in a query. */
export const isYes = (value: string | null): boolean =>
  ['1', 'true', 'y', 'yes'].includes(value?.toLowerCase() ?? '');
