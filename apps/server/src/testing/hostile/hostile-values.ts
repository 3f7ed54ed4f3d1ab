import * as fc from 'fast-check';

export const one = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
/** Sent unchanged, one byte per character up to 255. */
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
