import { isYes } from './input.ts';
import { RequestError } from './request-error.ts';

type Mode = 'exact' | 'like' | 'similar_to' | 'posix';
const modes: readonly string[] = ['exact', 'like', 'similar_to', 'posix'];
const isMode = (value: string): value is Mode => modes.includes(value);

const invalid = (details: string): RequestError =>
  new RequestError('request.invalid_input', 400, { details, data: {} });

interface Condition {
  readonly field: string;
  readonly mode: Mode;
  readonly values: readonly string[];
}

/** Logto's search uses the column names of its database. */
const inSnakeCase = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Empty for `search` and `mode` themselves. */
function fieldOf(key: string): string {
  const [, field = '', ...rest] = key.split('.');
  if (rest.length === 0) return field;
  const path = [field, ...rest].join('.');
  throw invalid(
    `Unsupported nested search field path \`${path}\` detected. Only the first level field is supported.`,
  );
}

/** Checks the parameters in Logto's order. */
function read(query: URLSearchParams, fields: readonly string[]): Condition[] {
  const searched = new Map<string, string[]>();
  const chosen = new Map<string, Mode>();
  for (const [key, value] of query) {
    if (key.startsWith('mode')) {
      const field = fieldOf(key);
      const named = field === '' ? '' : ` for field \`${field}\``;
      if (!isMode(value))
        throw invalid(
          `Search match mode \`${value}\`${named} is not valid, expect one of ${modes.join(', ')}.`,
        );
      chosen.set(field, value);
    } else if (key.startsWith('search')) {
      searched.set(fieldOf(key), [...(searched.get(fieldOf(key)) ?? []), value]);
    }
  }
  const conditions = [...searched].map(([field, values]): Condition => {
    const mode = chosen.get(field) ?? chosen.get('') ?? 'like';
    if (mode !== 'exact' && values.length > 1)
      throw invalid('Only one search value is allowed when search mode is not `exact`.');
    if (!values.every(Boolean)) throw invalid('Search value cannot be empty.');
    return { field, mode, values };
  });
  const columns = fields.map(inSnakeCase);
  return conditions.map((condition) => {
    const column = inSnakeCase(condition.field);
    if (column === '') return condition;
    if (columns.includes(column)) return { ...condition, field: fields[columns.indexOf(column)] ?? '' };
    throw invalid(`Search field \`${column}\` is not valid, expect one of ${columns.join(', ')}.`);
  });
}

const escape = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** `%` matches any text, `_` one character. */
function likePattern(value: string): string {
  return `^${escape(value).replaceAll('%', '[^]*').replaceAll('_', '[^]')}$`;
}

function matcher(mode: Mode, values: readonly string[], flags: string): (text: string) => boolean {
  if (mode === 'exact') {
    const fold = (text: string): string => (flags === 'i' ? text.toLowerCase() : text);
    const wanted = new Set(values.map(fold));
    return (text) => wanted.has(fold(text));
  }
  const [value = ''] = values;
  try {
    const pattern = new RegExp(
      mode === 'like' ? likePattern(value) : mode === 'posix' ? value : `^(?:${value})$`,
      flags,
    );
    return (text) => pattern.test(text);
  } catch {
    throw invalid(`Search value \`${value}\` is not a valid pattern.`);
  }
}

/**
 * Logto's advanced search. Without search parameters, every record passes.
 * @throws RequestError `request.invalid_input`
 */
export function searchBy<T extends object>(
  query: URLSearchParams,
  fields: readonly (keyof T & string)[],
): (record: T) => boolean {
  const joint = (query.get('joint') ?? query.get('jointMode')) || 'or';
  if (joint !== 'or' && joint !== 'and')
    throw invalid(`Search joint mode \`${joint}\` is not valid, expect one of or, and.`);
  const conditions = read(query, fields);
  if (conditions.length === 0) return () => true;
  const sensitive = isYes(query.get('isCaseSensitive'));
  const tests = conditions.map(({ field, mode, values }) => {
    if (mode === 'similar_to' && !sensitive)
      throw invalid('Cannot use case-insensitive match for `similar to`.');
    const matches = matcher(mode, values, sensitive ? '' : 'i');
    const searchedFields = field === '' ? fields : [field];
    return (record: T): boolean =>
      searchedFields.some((name) => {
        const value: unknown = Reflect.get(record, name);
        return typeof value === 'string' && matches(value);
      });
  });
  return (record) =>
    joint === 'and' ? tests.every((test) => test(record)) : tests.some((test) => test(record));
}

/** `?q=`: a case-insensitive substring of one of the fields. */
export function keyword<T extends object>(
  query: URLSearchParams,
  fields: readonly (keyof T & string)[],
): (record: T) => boolean {
  const wanted = query.get('q')?.toLowerCase() ?? '';
  if (wanted === '') return () => true;
  return (record) =>
    fields.some((name) =>
      String(Reflect.get(record, name) ?? '')
        .toLowerCase()
        .includes(wanted),
    );
}
