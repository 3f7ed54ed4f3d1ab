import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../files.ts';

// Strict, because the hashes do not cover additional fields.
const Seal = z.strictObject({
  sha256: z.string(),
  signature: z.string(),
  publicKey: z.string(),
  keyId: z.string(),
});
type Seal = z.output<typeof Seal>;

const Count = z.number().int().min(0);
const Row = z.object({
  sha256: z.string(),
  position: Count,
  subject: z.string(),
  role: z.string(),
  instance: z.string().nullable(),
  outcome: z.string().nullish(),
});
type Row = z.output<typeof Row>;

/** The file of `GET /api/reviews/:id/evidence?format=json`. */
const EvidenceFile = z.strictObject({
  evidence: z.object({
    format: z.literal('latchkey-review-1'),
    review: z.object({ name: z.string(), closedAt: z.string() }),
    completeness: z.object({ rows: Count }),
    rows: z.array(z.unknown()),
  }),
  seal: Seal,
  notes: z.array(z.unknown()),
});
const Note = Seal.extend({ content: z.object({ previous: z.string(), id: z.string() }) });

/** The same file, but with all fields in their original order, on which the hashes depend. */
const InOrder = z.object({
  evidence: z.unknown(),
  notes: z.array(z.object({ content: z.unknown() })),
});
const RowsInOrder = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });

/**
 * Bounds the memory for a hostile file, without a limit for evidence: a row has about 1,200 bytes and 70 values, and is
 * nested 7 deep.
 */
const max = { bytes: 2 ** 28, values: 2 ** 24, depth: 32, changes: 100 };
export const maxEvidenceBytes = max.bytes;

export interface Verified {
  readonly review: { readonly name: string; readonly closedAt: string };
  readonly rows: number;
  /** The number of roles that were removed, and of those that were changed to a lesser role. */
  readonly removed: number;
  readonly replaced: number;
  readonly notes: number;
  readonly keyId: string;
  readonly publicKey: string;
  /** The changes found, in the order of the file. Empty for a valid file. */
  readonly changes: readonly string[];
}

/**
 * Verifies evidence without the server. Hashes the re-serialized parts of the file: `JSON.parse` keeps the order of
 * fields. Returns `undefined` for a file that is not evidence.
 */
export function verifyEvidence(file: string): Verified | undefined {
  const raw = isBounded(file) ? parseJson(file) : undefined;
  const parsed = EvidenceFile.safeParse(raw).data;
  const rows = allOf(Row, parsed?.evidence.rows);
  const notes = allOf(Note, parsed?.notes);
  const inOrder = InOrder.safeParse(raw).data;
  if (parsed === undefined || rows === undefined || notes === undefined || inOrder === undefined)
    return undefined;
  const { evidence, seal } = parsed;
  const changes = changedRows(rows, evidence.completeness.rows, RowsInOrder.parse(inOrder.evidence).rows);
  const text = JSON.stringify(inOrder.evidence);
  const isIntact = sha256(text) === seal.sha256;
  if (!isIntact && changes.length === 0)
    changes.push(
      'The evidence was changed outside of the rows, a row was changed with its hash, or the seal belongs to other evidence.',
    );
  if (!isSignedBy(seal, isIntact ? text : undefined))
    changes.push('The signature does not match this evidence.');
  let previous = seal.sha256;
  for (const [index, { content, ...sealed }] of notes.entries()) {
    const note = JSON.stringify(inOrder.notes[index]?.content);
    const isNote =
      content.previous === previous && sha256(note) === sealed.sha256 && isSignedBy(sealed, note);
    if (!isNote || sealed.publicKey !== seal.publicKey)
      changes.push(`Note ${index + 1} (${content.id}) was changed, or one before it is missing.`);
    previous = sealed.sha256;
  }
  if (changes.length === 0 && JSON.stringify(raw) !== file.trimEnd())
    changes.push('The file was reformatted: verify it as downloaded.');
  const { name, closedAt } = evidence.review;
  const { keyId, publicKey } = seal;
  return {
    review: { name, closedAt },
    rows: rows.length,
    removed: rows.filter(({ outcome }) => outcome === 'removed').length,
    replaced: rows.filter(({ outcome }) => outcome === 'replaced').length,
    notes: notes.length,
    keyId,
    publicKey,
    changes: changes.slice(0, max.changes),
  };
}

/** Whether the JSON is not nested deeper, and has not more values, than evidence. */
function isBounded(json: string): boolean {
  let [depth, values, isText] = [0, 0, false];
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '\\') at += 1;
    else if (sign === '"') isText = !isText;
    else if (isText) continue;
    else if (sign === '[' || sign === '{') depth += 1;
    else if (sign === ']' || sign === '}') depth -= 1;
    else if (sign === ',' || sign === ':') values += 1;
    if (depth > max.depth || values > max.values) return false;
  }
  return true;
}

/** Stops at the first item that does not match, because each one has an error of its own. */
function allOf<Item>(schema: z.ZodType<Item>, items: readonly unknown[] = []): Item[] | undefined {
  const found: Item[] = [];
  for (const item of items) {
    const { data } = schema.safeParse(item);
    if (data === undefined) return undefined;
    found.push(data);
  }
  return found;
}

function changedRows(
  rows: readonly Row[],
  count: number,
  inOrder: readonly Readonly<Record<string, unknown>>[],
): string[] {
  const changed = rows.filter((_, index) => {
    const { sha256: hash, ...content } = inOrder[index] ?? {};
    return sha256(JSON.stringify(content)) !== hash;
  });
  const misplaced = rows.filter(({ position }, index) => position <= (rows[index - 1]?.position ?? -1));
  const added = rows.filter(({ position }) => position >= count);
  const there = rows.map(({ position }) => position).toSorted((one, other) => one - other);
  const missing = [...there.filter((position) => position < count), count].flatMap((next, index, all) => {
    const first = (all[index - 1] ?? -1) + 1;
    const last = next - 1;
    if (first > last) return [];
    return [first === last ? `Row ${first} is missing.` : `Rows ${first} to ${last} are missing.`];
  });
  return [
    ...changed.map(({ position, subject, role, instance }) => {
      const place = instance === null ? '' : ` on ${instance}`;
      return `Row ${position} was changed: ${subject} as ${role}${place}.`;
    }),
    ...misplaced.map(({ position }) => `Row ${position} is out of place or repeated.`),
    ...added.map(({ position }) => `Row ${position} was added.`),
    ...missing,
  ];
}

/** @param text - undefined if the hash does not match */
function isSignedBy({ publicKey, keyId, signature }: Seal, text: string | undefined): boolean {
  if (text === undefined || ![publicKey, signature].every(isCanonical)) return false;
  try {
    const der = Buffer.from(publicKey, 'base64');
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' });
    const isOfKey = sha256(der).slice(0, 16) === keyId && key.asymmetricKeyType === 'ed25519';
    return isOfKey && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** Whether the text is the canonical base64 of its bytes. Other texts can decode to the same bytes. */
function isCanonical(base64: string): boolean {
  return Buffer.from(base64, 'base64').toString('base64') === base64;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
