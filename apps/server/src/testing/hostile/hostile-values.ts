import * as fc from 'fast-check';

export const one = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
/** Text with characters up to 255, each of which is sent as one byte. */
export const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
});
const name = one(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  'id',
  'title',
  'data',
  '',
  '\u0000',
);
const deep = fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
export const scalar = fc.oneof(
  one<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    '\u0000',
    '../../etc/passwd',
    '\u{1F600}\u202E',
    '=1+1',
    "' or 1=1 --",
  ),
  fc.integer(),
  fc.string(),
  fc.string({ minLength: 300, maxLength: 3_000 }),
);
export const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value;
/** JSON, and text that resembles it. */
export const text: fc.Arbitrary<string> = fc.oneof(
  value.map((any) => JSON.stringify(any)),
  fc
    .tuple(name, value)
    .map(([key, any]) => `{"${key}":${JSON.stringify(any)},"${key}":1,"__proto__":{"isMachine":true}}`),
  one(
    'NaN',
    'Infinity',
    '1e999',
    '12345678901234567890n',
    '{"a":undefined}',
    '{',
    '[',
    '"\\ud800"',
    'null',
    '\ufeff{}',
    '"\\',
  ),
  deep,
  deep.map((nested) => nested.replaceAll('[', '{"a":').replaceAll(']', '}')),
  anyText,
);

/** A malicious request as bytes. */
export interface HostileRequest {
  readonly kind: 'token' | 'delivery' | 'call' | 'bytes';
  readonly bytes: Buffer;
  /**
   * Whether the server may allow the request, because it has the viewer's own valid token or a valid signature of
   * Logto.
   */
  readonly isKnown: boolean;
  /** Whether the client disconnects before the request is complete, so there may be no response. */
  readonly isCutOff: boolean;
}

/** The tokens, keys and names from which requests are generated. */
export interface HostileMeans {
  /** The token of a user with only the viewer role. */
  readonly viewer: string;
  /** Tokens signed with the wrong key, or issued for another purpose. They must be refused. */
  readonly signed: readonly string[];
  readonly signingKey: string;
  readonly procedures: readonly string[];
  /** A URL that must never be called. */
  readonly canary: string;
}

export const end = '\r\n\r\n';
/** The bytes of a request from a random address, so that the server does not apply one rate limit to all requests. */
export const request = (line: string, headers: readonly string[], body: string | Buffer = ''): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${line} HTTP/1.1\r\n${['host: x', 'connection: close', `x-forwarded-for: ${randomAddress()}`, ...headers].join('\r\n')}${end}`,
      'latin1',
    ),
    typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
  ]);
export const randomAddress = (): string =>
  `10.${[0, 0, 0].map(() => Math.trunc(Math.random() * 256)).join('.')}`;
export const withLength = (body: string | Buffer): string =>
  `content-length: ${typeof body === 'string' ? body.length : body.byteLength}`;
