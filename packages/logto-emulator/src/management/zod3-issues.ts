import type { z } from 'zod';

/** Logto's errors contain issues of zod 3. Their codes, fields and messages differ from those of zod 4. */
export interface Zod3Issue extends Converted {
  readonly path: readonly PropertyKey[];
}

interface Converted {
  readonly code: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

type Issue = z.core.$ZodIssue;

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => Object(inner)[key], value);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isNaN(value) ? 'nan' : typeof value;
}

const typeNames: Readonly<Record<string, string>> = { record: 'object', int: 'integer' };

function invalidType(issue: z.core.$ZodIssueInvalidType, value: unknown): Converted {
  const expected = typeNames[issue.expected] ?? issue.expected;
  const coerced = issue.message.endsWith('NaN');
  const received = coerced ? 'nan' : expected === 'integer' ? 'float' : typeOf(value);
  const message = received === 'undefined' ? 'Required' : `Expected ${expected}, received ${received}`;
  return { code: 'invalid_type', expected, received, message };
}

function invalidValue(issue: z.core.$ZodIssueInvalidValue, value: unknown): Converted {
  const options = issue.values;
  const expected = options.map((option) => `'${String(option)}'`).join(' | ');
  if (typeof value === 'string') {
    const message = `Invalid enum value. Expected ${expected}, received '${value}'`;
    return { received: value, code: 'invalid_enum_value', options, message };
  }
  const received = typeOf(value);
  const message = received === 'undefined' ? 'Required' : `Expected ${expected}, received ${received}`;
  return { expected, received, code: 'invalid_type', message };
}

const units: Readonly<Record<string, string>> = { array: 'element(s)', string: 'character(s)' };
const subjects: Readonly<Record<string, string>> = { array: 'Array', string: 'String' };

function wrongSize(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Converted {
  const { origin } = issue;
  const isSmall = issue.code === 'too_small';
  const limit = isSmall ? issue.minimum : issue.maximum;
  const type = origin === 'int' ? 'number' : origin;
  const inclusive = issue.inclusive ?? true;
  const unit = units[type];
  const message =
    unit === undefined
      ? `Number must be ${isSmall ? 'greater' : 'less'} than ${inclusive ? 'or equal to ' : ''}${limit}`
      : `${subjects[type]} must contain at ${isSmall ? 'least' : 'most'} ${limit} ${unit}`;
  const bound = isSmall ? { minimum: limit } : { maximum: limit };
  return { code: issue.code, ...bound, type, inclusive, exact: false, message };
}

function invalidString(issue: z.core.$ZodIssueInvalidStringFormat): Converted {
  const { format } = issue;
  const message = format === 'regex' ? 'Invalid' : `Invalid ${format}`;
  return { validation: format, code: 'invalid_string', message };
}

/** In zod 3, failed checks on a value of the right type do not rule out an alternative of a union. */
const checks = new Set(['too_small', 'too_big', 'invalid_format', 'custom', 'not_multiple_of']);

function converted(issue: Issue, value: unknown): Converted {
  switch (issue.code) {
    case 'invalid_type':
      return invalidType(issue, value);
    case 'invalid_value':
      return invalidValue(issue, value);
    case 'too_small':
    case 'too_big':
      return wrongSize(issue);
    case 'invalid_format':
      return invalidString(issue);
    case 'unrecognized_keys': {
      const keys = issue.keys.map((key) => `'${key}'`).join(', ');
      return { code: issue.code, keys: issue.keys, message: `Unrecognized key(s) in object: ${keys}` };
    }
    case 'invalid_union':
      return {
        code: issue.code,
        unionErrors: issue.errors.map((issues) => ({ issues: zod3Issues(issues, value), name: 'ZodError' })),
        message: 'Invalid input',
      };
    default:
      return { code: issue.code, message: issue.code === 'custom' ? 'Invalid input' : issue.message };
  }
}

/** For a union, reports only the alternative of the right type. */
export function zod3Issues(issues: readonly Issue[], value: unknown): Zod3Issue[] {
  return issues.flatMap((issue): Zod3Issue[] => {
    const { path } = issue;
    const inner = at(value, path);
    if (issue.code === 'invalid_union') {
      const near = issue.errors.find((errors) => errors.every(({ code }) => checks.has(code)));
      if (near !== undefined && near.length > 0)
        return zod3Issues(near, inner).map((found) => ({ ...found, path: [...path, ...found.path] }));
    }
    const { message, ...fields } = converted(issue, inner);
    return [{ ...fields, path, message }];
  });
}
