import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
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
    const content = { position, subject, role: 'editor', instance: null, decision: 'keep' };
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
