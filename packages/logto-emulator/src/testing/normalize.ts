import { decodeJwt, decodeProtectedHeader } from 'jose';

/** The names of ids and tokens that differ from run to run, by value. */
export type Names = ReadonlyMap<string, string>;

const varying = new Set(['jti', 'sid', 'kid', 'at_hash', 'nonce', 'x', 'y', 'uid', 'sessionId']);

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^[\w-]{43}$/, '<opaque43>'],
  [/^(?=.*\d)[a-z0-9]{12}$/, '<id12>'],
  [/^[a-z0-9]{21}$/, '<id21>'],
  [/^[A-Za-z0-9]{32}$/, '<alnum32>'],
  [/^[0-9a-f]{8}-.*/, '<uuid>'],
];

function normalText(text: string, key: string, names: Names): unknown {
  if (/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/.test(text)) {
    const inner = (value: unknown): unknown => normalized(value, names);
    return { jwtHeader: inner(decodeProtectedHeader(text)), jwtClaims: inner(decodeJwt(text)) };
  }
  let result = text;
  for (const [value, name] of [...names].toSorted(([a], [b]) => b.length - a.length))
    result = result.replaceAll(value, name).replaceAll(encodeURIComponent(value), name);
  result = result.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<iso>');
  if (varying.has(key)) return `<${key}:${result.length}>`;
  if (key === 'signingKey') return `<signingKey:${result.length}>`;
  // An id may have no digit, as a word has none.
  if (/^(id|.*Id)$/.test(key) && /^[a-z0-9]{12}$/.test(result)) return '<id12>';
  const [, name] = patterns.find(([pattern]) => pattern.test(result)) ?? [];
  return (
    name ??
    result.replace(/code=[\w-]{43}/, 'code=<code>').replace(/\/oidc\/auth\/[\w-]{43}/, '/oidc/auth/<uid>')
  );
}

/** Replaces what differs from run to run (ids, times, tokens, keys) by names, as in the recorded answers. */
export function normalized(value: unknown, names: Names, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => normalized(item, names, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        String(normalText(name, '', names)),
        normalized(item, names, name),
      ]),
    );
  }
  if (typeof value === 'number') {
    if (value > 1.6e12 && value < 2.2e12) return '<ms>';
    return value > 1.6e9 && value < 2.2e9 ? '<s>' : value;
  }
  return typeof value === 'string' ? normalText(value, key, names) : value;
}
