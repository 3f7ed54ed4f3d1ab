import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { useFolder } from '../testing/run-cli.ts';
import { verifyEvidence } from './verify-evidence.ts';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const der = publicKey.export({ type: 'spki', format: 'der' });
const seal = (text: string) => ({
  sha256: sha256(text),
  signature: sign(null, Buffer.from(text), privateKey).toString('base64'),
  publicKey: der.toString('base64'),
  keyId: sha256(der).slice(0, 16),
});

/** Evidence with three rows and two notes, as the server writes it. */
const evidenceOf = (name: string): string => {
  const rows = ['ann', 'ben', '둘째'].map((subject, position) => {
    const outcome = ['removed', 'replaced', 'replaced'][position];
    const content = { position, subject, role: 'editor', instance: null, outcome };
    return { ...content, sha256: sha256(JSON.stringify(content)) };
  });
  const review = { name, closedAt: '2026-11-30T00:00:00.000Z', previous: null };
  const evidence = JSON.stringify({
    format: 'latchkey-review-1',
    review,
    completeness: { rows: rows.length },
    rows,
  });
  const sealed = seal(evidence);
  let previous = sealed.sha256;
  const notes = ['Looks right.', 'It does not.'].map((text, id) => {
    const content = { previous, id: String(id), text };
    const made = seal(JSON.stringify(content));
    previous = made.sha256;
    return { content, ...made };
  });
  return `{"evidence":${evidence},"seal":${JSON.stringify(sealed)},"notes":${JSON.stringify(notes)}}`;
};
const file = evidenceOf('November');
const changesIn = (text: string): readonly string[] | undefined => {
  expect(text).not.toBe(file);
  return verifyEvidence(text)?.changes;
};
const row = (position: number): string =>
  new RegExp(String.raw`\{"position":${position},.*?"sha256":"[0-9a-f]{64}"\}`).exec(file)?.[0] ?? '';
const sealIn = (text: string): string => /"seal":\{.*?\}/.exec(text)?.[0] ?? '';
const signature = 'The signature does not match this evidence.';
const elsewhere =
  'The evidence was changed outside of the rows, a row was changed with its hash, or the seal belongs to other evidence.';

test('evidence as the server writes it is valid', () => {
  expect(verifyEvidence(file)).toMatchObject({
    review: { name: 'November' },
    rows: 3,
    removed: 1,
    replaced: 2,
    notes: 2,
    changes: [],
  });
});

test.each<[string, string, readonly unknown[]]>([
  ['a changed row', file.replace('"ben"', '"bob"'), ['Row 1 was changed: bob as editor.', signature]],
  ['a removed row', file.replace(`${row(1)},`, ''), ['Row 1 is missing.', signature]],
  [
    'rows in another order',
    file.replace(`${row(0)},${row(1)}`, `${row(1)},${row(0)}`),
    ['Row 0 is out of place or repeated.', signature],
  ],
  [
    'a repeated row',
    file.replace(row(1), `${row(1)},${row(1)}`),
    ['Row 1 is out of place or repeated.', signature],
  ],
  [
    'an added row',
    file.replace('"completeness":{"rows":3}', '"completeness":{"rows":2}'),
    ['Row 2 was added.', signature],
  ],
  ['another name of the review', file.replace('"November"', '"December"'), [elsewhere, signature]],
  [
    'the seal of another review',
    file.replace(sealIn(file), sealIn(evidenceOf('October'))),
    [elsewhere, signature, expect.stringMatching(/^Note 1 /)],
  ],
  [
    'a changed note',
    file.replace('Looks right.', 'Looks wrong.'),
    [expect.stringMatching(/^Note 1 \(0\) was changed/)],
  ],
  [
    'a removed note',
    file.replace(/\{"content":\{.*?\},.*?\},/, ''),
    [expect.stringMatching(/^Note 1 \(1\) was changed, or one before it/)],
  ],
  [
    'another formatting',
    JSON.stringify(JSON.parse(file), undefined, 2),
    ['The file was reformatted: verify it as downloaded.'],
  ],
])('%s is named', (_, text, expected) => {
  expect(changesIn(text)).toEqual(expected);
});

test('reports a signature whose text was changed but decodes to the same bytes', () => {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const edited = file.replace(/(\w)==",/, (_, last: string) => `${digits[digits.indexOf(last) + 1]}==",`);
  expect(changesIn(edited)).toEqual([signature]);
});

test('no byte of the file can be changed, and nothing can be added beside the evidence', () => {
  const bytes = Buffer.from(file);
  for (const [index, byte] of bytes.entries()) {
    const edited = Buffer.from(bytes);
    edited[index] = byte ^ 1;
    expect(changesIn(edited.toString()), `byte ${index}`).not.toEqual([]);
  }
  for (const [before, after] of [
    ['"seal":{', '"seal":{"comment":"approved",'],
    [',"notes":[', ',"comment":"approved","notes":['],
    ['{"content":', '{"comment":"approved","content":'],
  ] as const)
    expect(changesIn(file.replace(before, after))).toBeUndefined();
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const paths = (value: Json, path: readonly string[] = []): (readonly string[])[] => [
  path,
  ...(value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))),
];
const withValue = (value: Json, [key, ...rest]: readonly string[], hostile: Json): Json => {
  if (key === undefined) return hostile;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value))
    return value.map((one, at) => (String(at) === key ? withValue(one, rest, hostile) : one));
  return { ...value, [key]: withValue(value[key] ?? null, rest, hostile) };
};
const whole = JSON.parse(file) as Json; // oxlint-disable-line typescript/no-unsafe-type-assertion -- JSON
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
/** JSON that replaces a value of the file. */
const hostile = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '1e9',
    '-1',
    '1e400',
    '9007199254740993',
    '0.5',
    '"\\u0000"',
    '[{},{},{}]',
    '{"__proto__":[]}',
  ),
  fc.constantFrom(10, 40, 100_000).map(deep),
);
const mutated = fc.oneof(
  fc
    .record({ path: fc.constantFrom(...paths(whole)), hostile })
    .map(({ path, hostile: json }) =>
      JSON.stringify(withValue(whole, path, '<here>')).replace('"<here>"', () => json),
    ),
  fc
    .record({ from: fc.nat(file.length), to: fc.nat(file.length), text: fc.string({ unit: 'binary' }) })
    .map(({ from, to, text }) => file.slice(0, from) + text + file.slice(to)),
  fc.string({ unit: 'binary' }),
);

/** Without what JSON ignores: a replaced value can be the same, and white space is no change. */
const compact = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};

test('law: no mutated file is valid, and its verification ends with a short list of changes, or none of evidence', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      fc.pre(compact(text) !== JSON.stringify(whole));
      const changes = verifyEvidence(text)?.changes;
      expect(changes).not.toEqual([]);
      expect((changes ?? []).length).toBeLessThanOrEqual(100);
    }),
    { numRuns: 1_000 },
  );
});

const folder = useFolder();
const cli = fileURLToPath(new URL('../main.ts', import.meta.url));
const [unreadable, invalid] = [
  /^.* is not the evidence of a review\.$/m,
  /^Rows 3 to 999999999 are missing\.$/m,
];
test.each<[string, RegExp, () => string]>([
  [
    'many missing rows',
    invalid,
    () => file.replace('"completeness":{"rows":3}', '"completeness":{"rows":1e9}'),
  ],
  ['deep nesting', unreadable, () => file.replace('"position":0', `"position":${deep(5_000_000)}`)],
  ['empty rows', unreadable, () => file.replace('"rows":[', `"rows":[${'{},'.repeat(1_000_000)}`)],
  [
    'more values than evidence',
    unreadable,
    () => file.replace('"notes":[', `"notes":[${'0,'.repeat(17_000_000)}`),
  ],
  [
    'a changed row, 50,000 times',
    /out of place/,
    () => file.replace(row(0), `${row(0)},`.repeat(50_000) + row(0)),
  ],
  ['NUL bytes', unreadable, () => '\0'.repeat(1_000)],
])('%s: ends in bounded memory with exit code 1', { timeout: 120_000 }, async (_, says, text) => {
  const path = folder('hostile.json');
  await writeFile(path, text());
  const run = promisify(execFile)(process.execPath, [
    '--max-old-space-size=700',
    cli,
    'review',
    'verify',
    path,
  ]);
  const failure: unknown = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 1 });
  const { stdout, stderr } = Object(failure);
  expect(`${stdout}${stderr}`).toMatch(says);
  expect(`${stdout}${stderr}`).not.toMatch(/Invalid array length|call stack/);
});

test('an endless file is not read', async () => {
  const run = promisify(execFile)(process.execPath, [
    '--max-old-space-size=700',
    cli,
    'review',
    'verify',
    '/dev/zero',
  ]);
  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(unreadable) });
}, 120_000);
