import type { ResponseMeta } from '@trpc/server/http';

const usual: ReadonlyMap<string, string> = new Map([
  ['vary', 'trpc-accept, accept'],
  ['content-type', 'application/json'],
]);

/** The headers of an answer: tRPC's own, and what `responseMeta` adds to them. */
export function headersOf(added: ResponseMeta['headers']): Iterable<readonly [string, string | string[]]> {
  if (added === undefined) return usual;
  const headers = new Headers([...usual]);
  if (added instanceof Headers) {
    for (const [name, value] of added) headers.append(name, value);
  } else {
    for (const [name, value] of Object.entries(added)) {
      if (Array.isArray(value)) for (const one of value) headers.append(name, one);
      else if (typeof value === 'string') headers.set(name, value);
    }
  }
  const cookies = headers.getSetCookie();
  // All at once, and last: one after the other, each would replace the one before.
  return cookies.length === 0 ? headers : [...headers, ['set-cookie', cookies]];
}
