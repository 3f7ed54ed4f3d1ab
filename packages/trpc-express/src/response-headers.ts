import type { ResponseMeta } from '@trpc/server/http';

const usual: ReadonlyMap<string, string> = new Map([
  ['vary', 'trpc-accept, accept'],
  ['content-type', 'application/json'],
]);

/** The response headers: tRPC's own, and those that `responseMeta` adds. */
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
  // Together and last: individually, each would replace the previous one.
  return cookies.length === 0 ? headers : [...headers, ['set-cookie', cookies]];
}
