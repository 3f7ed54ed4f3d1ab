import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FindPeople } from '../../directory/people.ts';
import type { Transaction } from '../../platform/database/open-database.ts';
import { countByKind, type ReviewHead, type StoredRow } from './review-store.ts';
import type { ReviewedRole, Seal } from './review.ts';
import { reviewKeys, reviewRows, reviews } from './tables.ts';

const pageSize = 1_000;

type Named = (key: string | null) => { readonly key: string; readonly name: string | null } | null;

/**
 * Returns the evidence of a review as JSON without whitespace. Exactly these bytes are hashed and signed.
 *
 * - `format`: `latchkey-review-1`.
 * - `review`: what was reviewed, by whom and when; `previous` has the hash of the previous review's evidence.
 * - `completeness`: how the population was read. `summary`: the number of rows by decision and outcome.
 * - `exceptions`: the positions of rows with the outcome `not-reviewed`, `changed` or `given-up`, by outcome.
 * - `rows`: the facts, the decision and the outcome of each row; `sha256` is the hash of the row's JSON without
 *   `sha256`.
 *
 * Reads the rows page by page, but holds the whole text in memory: about 1.2 kB per row.
 */
export async function writeEvidence(
  transaction: Transaction,
  {
    review,
    closedAt,
    findPeople,
  }: { readonly review: ReviewHead; readonly closedAt: Date; readonly findPeople: FindPeople },
): Promise<string> {
  const { id, tenant } = review;
  const names = new Map<string, string | null>();
  const learn = async (keys: readonly (string | null)[]): Promise<void> => {
    const unknown = keys.filter((key) => key !== null).filter((key) => !names.has(key));
    if (unknown.length === 0) return;
    for (const [key, { name }] of await findPeople(unknown)) names.set(key, name);
  };
  const named: Named = (key) => (key === null ? null : { key, name: names.get(key) ?? null });
  await learn([review.createdBy, review.finishedBy, review.newOwner, ...review.reviewers]);
  const [previous] =
    review.previous === null
      ? []
      : await transaction.select({ seal: reviews.seal }).from(reviews).where(eq(reviews.id, review.previous));
  const { flags: _, unchanged, ...summary } = await countByKind(transaction, id);
  const head = {
    format: 'latchkey-review-1',
    review: {
      id,
      tenant,
      name: review.name,
      scope: review.scope,
      createdBy: named(review.createdBy),
      createdAt: review.createdAt.toISOString(),
      startedAt: timeOf(review.startedAt),
      dueAt: review.dueAt.toISOString(),
      reviewers: review.reviewers.map(named),
      finishedBy: named(review.finishedBy),
      finishedAt: timeOf(review.finishedAt),
      newOwner: named(review.newOwner),
      closedAt: closedAt.toISOString(),
      previous:
        review.previous === null ? null : { id: review.previous, sha256: previous?.seal?.sha256 ?? null },
    },
    completeness: review.completeness,
    summary: { ...summary, unchanged },
    exceptions: await exceptionsOf(transaction, id),
  };
  const parts = [`${JSON.stringify(head).slice(0, -1)},"rows":[`];
  let after = -1;
  /* oxlint-disable no-await-in-loop -- sequential pages */
  for (;;) {
    const page = await rowsAfter(transaction, id, after);
    await learn(page.flatMap(({ decidedBy, reviewer }) => [decidedBy, reviewer]));
    parts.push(page.map((row, index) => (after + index === -1 ? '' : ',') + rowText(row, named)).join(''));
    after = page.at(-1)?.position ?? after;
    if (page.length < pageSize) break;
  }
  /* oxlint-enable no-await-in-loop */
  parts.push(']}');
  return parts.join('');
}

/** Returns a page of rows, in the order of their positions. */
export async function rowsAfter(
  db: Pick<Transaction, 'select'>,
  review: string,
  after: number,
): Promise<StoredRow[]> {
  return db
    .select()
    .from(reviewRows)
    .where(and(eq(reviewRows.review, review), gt(reviewRows.position, after)))
    .orderBy(asc(reviewRows.position))
    .limit(pageSize);
}

async function exceptionsOf(
  transaction: Transaction,
  id: string,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const { outcome, position, review } = reviewRows;
  const rows = await transaction
    .select({ outcome, position })
    .from(reviewRows)
    .where(and(eq(review, id), inArray(outcome, ['not-reviewed', 'changed', 'given-up'])))
    .orderBy(asc(position));
  const byOutcome = Map.groupBy(rows, (row) => row.outcome ?? '');
  return Object.fromEntries([...byOutcome].map(([key, found]) => [key, found.map((row) => row.position)]));
}

function rowText(row: StoredRow, named: Named): string {
  const content = JSON.stringify({
    position: row.position,
    subject: row.subject,
    role: row.role,
    instance: row.instance,
    facts: inOrder(row.facts),
    flags: row.flags,
    reviewer: named(row.reviewer),
    decision: row.decision,
    newRole: row.newRole,
    reason: row.reason,
    decidedBy: named(row.decidedBy),
    decidedAt: timeOf(row.decidedAt),
    outcome: row.outcome,
    failure: row.failure,
    verifiedAt: timeOf(row.verifiedAt),
  });
  return `${content.slice(0, -1)},"sha256":"${sha256(content)}"}`;
}

/** The order of the facts in the evidence, which `jsonb` does not retain. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the object
const factNames = Object.keys({
  name: true,
  email: true,
  isMachine: true,
  isSuspended: true,
  title: true,
  source: true,
  since: true,
  lastSignInAt: true,
  lastUsedAt: true,
  used: true,
  grants: true,
  inherited: true,
} satisfies Record<keyof ReviewedRole, true>) as (keyof ReviewedRole)[];

function inOrder(facts: ReviewedRole): Partial<ReviewedRole> {
  return Object.fromEntries(factNames.map((name) => [name, facts[name]]));
}

function timeOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

/**
 * Reads or creates the installation's Ed25519 key. Replicas that create it concurrently use the same key. Returns a
 * function that hashes and signs the UTF-8 bytes of a text.
 */
export async function readSigner(
  db: Pick<NodePgDatabase, 'select' | 'insert'>,
  now: Date,
): Promise<(text: string) => Seal> {
  const read = async (): Promise<string | undefined> =>
    (await db.select({ privateKey: reviewKeys.privateKey }).from(reviewKeys))[0]?.privateKey;
  let pem = await read();
  if (pem === undefined) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const exported = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await db.insert(reviewKeys).values({ privateKey: exported, createdAt: now }).onConflictDoNothing();
    pem = (await read()) ?? exported;
  }
  const key = createPrivateKey(pem);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return (text) => {
    const bytes = Buffer.from(text);
    return {
      sha256: sha256(bytes),
      signature: sign(null, bytes, key).toString('base64'),
      publicKey: publicKey.toString('base64'),
      keyId: sha256(publicKey).slice(0, 16),
    };
  };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
