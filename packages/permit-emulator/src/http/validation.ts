import type { z } from 'zod';
import { ValidationError, type ValidationIssue } from '../errors.ts';

type Issue = z.core.$ZodIssue;

const expectations: Record<string, { msg: string; type: string }> = {
  string: { msg: 'str type expected', type: 'type_error.str' },
  boolean: { msg: 'value could not be parsed to a boolean', type: 'type_error.bool' },
  number: { msg: 'value is not a valid integer', type: 'type_error.integer' },
  int: { msg: 'value is not a valid integer', type: 'type_error.integer' },
  array: { msg: 'value is not a valid list', type: 'type_error.list' },
  object: { msg: 'value is not a valid dict', type: 'type_error.dict' },
  record: { msg: 'value is not a valid dict', type: 'type_error.dict' },
};

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

function wrongType(expected: string, value: unknown): Omit<ValidationIssue, 'loc'> {
  if (value === undefined) return { msg: 'field required', type: 'value_error.missing' };
  if (value === null) {
    return { msg: 'none is not an allowed value', type: 'type_error.none.not_allowed' };
  }
  return expectations[expected] ?? { msg: 'value is not valid', type: 'type_error' };
}

/** The vendor's backend validates with pydantic 1. */
function translate(issue: Issue, input: unknown): Omit<ValidationIssue, 'loc'>[] {
  switch (issue.code) {
    case 'invalid_type':
      return [wrongType(issue.expected, at(input, issue.path))];
    case 'unrecognized_keys':
      return issue.keys.map(() => ({ msg: 'extra fields not permitted', type: 'value_error.extra' }));
    case 'invalid_format': {
      if (issue.format === 'email') {
        return [{ msg: 'value is not a valid email address', type: 'value_error.email' }];
      }
      const pattern = (issue.pattern ?? '').replace(/^\/|\/$/g, '');
      return [
        { msg: `string does not match regex "${pattern}"`, type: 'value_error.str.regex', ctx: { pattern } },
      ];
    }
    case 'invalid_value': {
      if (at(input, issue.path) === undefined) return [wrongType('', undefined)];
      const permitted = issue.values.map((value) => `'${String(value)}'`).join(', ');
      return [
        {
          msg: `value is not a valid enumeration member; permitted: ${permitted}`,
          type: 'type_error.enum',
          ctx: { enum_values: issue.values },
        },
      ];
    }
    case 'too_small':
      return [
        {
          msg: `ensure this value is greater than or equal to ${String(issue.minimum)}`,
          type: 'value_error.number.not_ge',
          ctx: { limit_value: Number(issue.minimum) },
        },
      ];
    case 'too_big':
      return issue.origin === 'array'
        ? [
            {
              msg: `ensure this value has at most ${String(issue.maximum)} items`,
              type: 'value_error.list.max_items',
              ctx: { limit_value: Number(issue.maximum) },
            },
          ]
        : [
            {
              msg: `ensure this value is less than or equal to ${String(issue.maximum)}`,
              type: 'value_error.number.not_le',
              ctx: { limit_value: Number(issue.maximum) },
            },
          ];
    case 'invalid_key':
      return issue.issues.flatMap((inner) => translate(inner, issue.path.at(-1)));
    default:
      return [{ msg: issue.message, type: 'value_error' }];
  }
}

function issuesOf(error: z.ZodError, place: string, input: unknown): ValidationIssue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const details = translate(issue, input);
    if (issue.code === 'unrecognized_keys') {
      return details.map((detail, index) => ({ loc: [place, ...path, issue.keys[index] ?? ''], ...detail }));
    }
    return details.map((detail) => ({ loc: [place, ...path], ...detail }));
  });
}

/** `place`: `body`, `query` or `path`. Throws an error that is rendered as 422. */
export function parse<S extends z.ZodType>(schema: S, input: unknown, place: string): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationError(issuesOf(result.error, place, input));
}
