import { z } from 'zod';
import { RequestError } from './request-error.ts';
import type { Answer, Call } from './route.ts';

const pageNumber = z.coerce.number().positive().default(1);
const pageSize = z.coerce.number().positive().max(100).default(20);

interface Window {
  readonly offset: number;
  readonly limit: number;
}

/**
 * A repeated parameter does not parse as a number, so it is refused.
 * @throws RequestError `guard.invalid_pagination`
 */
export function windowOf(query: URLSearchParams): Window {
  const page = pageNumber.safeParse(query.getAll('page').join(',') || undefined);
  const size = pageSize.safeParse(query.getAll('page_size').join(',') || undefined);
  if (!page.success || !size.success) throw new RequestError('guard.invalid_pagination');
  return { offset: (page.data - 1) * size.data, limit: size.data };
}

/** As PostgreSQL's collation: case only breaks ties. */
export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name.localeCompare(b.name, 'en-US');

/** 20 by default, at most 100. */
export function paged<T>(
  { query }: Call,
  items: readonly T[],
  show: (item: T) => unknown = (item) => item,
): Answer {
  const { offset, limit } = windowOf(query);
  return { body: items.slice(offset, offset + limit).map(show), total: items.length };
}

export function pagedIfRequested<T>(
  call: Call,
  items: readonly T[],
  show: (item: T) => unknown = (item) => item,
): Answer {
  const requested = call.query.get('page') || call.query.get('page_size');
  return requested ? paged(call, items, show) : { body: items.map(show) };
}

/** As in Logto, the URLs lack the `/api` prefix. */
export function linksOf(url: URL, path: string, total: number): string {
  const { offset, limit } = windowOf(url.searchParams);
  const last = Math.ceil(total / limit) || 1;
  const page = Math.floor(offset / limit) + 1;
  const link = (number: number, relation: string): string => {
    const query = new URLSearchParams(url.searchParams);
    query.set('page', String(number));
    return `<${url.origin}${path}?${query.toString()}>; rel="${relation}"`;
  };
  return [
    link(1, 'first'),
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    link(last, 'last'),
    ...(page < last ? [link(page + 1, 'next')] : []),
  ].join(', ');
}
