import { RequestError } from './request-error.ts';

type Mode = 'exact' | 'like' | 'similar_to' | 'posix';
const modes: readonly string[] = ['exact', 'like', 'similar_to', 'posix'];
const isMode = (value: string): value is Mode => modes.includes(value);

const invalid = (details: string): RequestError =>
  new RequestError('request.invalid_input', 400, { details, data: {} });

/** Logto names the fields as its database does. */
const inSnakeCase = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Reads `search`, `search.<field>`, `mode` and `mode.<field>`. */
function read(query: URLSearchParams, fields: readonly string[]) {
  const searched = new Map<string, string[]>();
  const chosen = new Map<string, Mode>();
  const fieldOf = (key: string): string => {
    const [, field = '', ...rest] = key.split('.');
    if (rest.length > 0) throw invalid('Only the first level field is supported.');
    if (field !== '' && !fields.includes(field)) {
      throw invalid(
        `Search field \`${field}\` is not valid, expect one of ${fields.map(inSnakeCase).join(', ')}.`,
      );
    }
    return field;
  };
  for (const [key, value] of query) {
    if (/^mode(\.|$)/.test(key)) {
      if (!isMode(value))
        throw invalid(`Search match mode \`${value}\` is not valid, expect one of ${modes.join(', ')}.`);
      chosen.set(fieldOf(key), value);
    } else if (/^search(\.|$)/.test(key)) {
      if (value === '') throw invalid('Search value cannot be empty.');
      const field = fieldOf(key);
      searched.set(field, [...(searched.get(field) ?? []), value]);
    }
  }
  return { searched, chosen };
}

const escape = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** SQL's LIKE: `%` matches any text, `_` one character. */
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
 * Logto's advanced search as a test of a record. Without search parameters, every record passes.
 * @throws RequestError `request.invalid_input`
 */
export function searchBy<T extends object>(
  query: URLSearchParams,
  fields: readonly (keyof T & string)[],
): (record: T) => boolean {
  const { searched, chosen } = read(query, fields);
  if (searched.size === 0) return () => true;
  const sensitive = query.get('isCaseSensitive') === 'true';
  const tests = [...searched].map(([field, values]) => {
    const mode = chosen.get(field) ?? chosen.get('') ?? 'like';
    if (mode !== 'exact' && values.length > 1) {
      throw invalid('Only one search value is allowed when search mode is not `exact`.');
    }
    const matches = matcher(mode, values, sensitive ? '' : 'i');
    const searchedFields = field === '' ? fields : [field];
    return (record: T): boolean =>
      searchedFields.some((name) => {
        const value: unknown = Reflect.get(record, name);
        return typeof value === 'string' && matches(value);
      });
  });
  const all = (query.get('joint') ?? query.get('jointMode')) === 'and';
  return (record) => (all ? tests.every((test) => test(record)) : tests.some((test) => test(record)));
}

/** `?q=`: a substring of one of the fields, case-insensitive. */
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
