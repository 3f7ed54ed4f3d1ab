export interface Page {
  readonly page?: number | undefined;
  readonly per_page?: number | undefined;
}

export interface Paginated<T> {
  readonly data: T[];
  readonly total_count: number;
  readonly page_count: number;
}

export function paginate<R, T>(
  records: Iterable<R>,
  { page = 1, per_page = 30 }: Page,
  read: (record: R) => T,
): Paginated<T> {
  const data: T[] = [];
  const first = (page - 1) * per_page;
  let total_count = 0;
  for (const record of records) {
    if (total_count >= first && data.length < per_page) data.push(read(record));
    total_count++;
  }
  return { data, total_count, page_count: Math.ceil(total_count / per_page) };
}

/** A bare array, unless `include_total_count` is set. */
export function listResponse<T>(
  result: Paginated<T>,
  includeTotalCount: boolean | undefined,
): Paginated<T> | T[] {
  return includeTotalCount === true ? result : result.data;
}

export function* filter<T>(records: Iterable<T>, matches: (record: T) => boolean): Generator<T> {
  for (const record of records) if (matches(record)) yield record;
}

/**
 * A case-insensitive substring test, in which `*` matches any text. Without a search text, everything
 * matches.
 */
export function searching(search: string | undefined): (...texts: readonly (string | null)[]) => boolean {
  if (search === undefined || search === '') return () => true;
  const literals = search.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const pattern = new RegExp(literals.join('.*'), 'is');
  return (...texts) => texts.some((text) => text !== null && pattern.test(text));
}

/** `attr_plan=free` selects the records whose attribute `plan` is `free`. */
export function withAttributes<T extends object>(records: Iterable<T>, query: object): Iterable<T> {
  const wanted = Object.entries(query).filter(([name]) => name.startsWith('attr_'));
  if (wanted.length === 0) return records;
  return filter(records, (record) => {
    // The values of a resource are in `type_attributes`: its `attributes` are definitions.
    const attributes = Object(Reflect.get(record, 'type_attributes') ?? Reflect.get(record, 'attributes'));
    return wanted.every(([name, text]) => String(attributes[name.slice('attr_'.length)]) === String(text));
  });
}

export function searchByName<T extends { readonly key: string; readonly name: string }>(
  records: Iterable<T>,
  { search }: { readonly search?: string | undefined },
): Generator<T> {
  const matches = searching(search);
  return filter(records, ({ key, name }) => matches(key, name));
}
