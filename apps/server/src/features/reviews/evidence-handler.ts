import { eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { FindPeople } from '../../directory/people.ts';
import { createExportHandler } from '../../platform/http/export/create-export-handler.ts';
import { tableFormats } from '../../platform/http/export/table-formats.ts';
import type { Authenticate } from '../../platform/trpc/context.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { readSigner, rowsAfter } from './evidence.ts';
import { createReviewStore, notPossible, type ReviewHead, type StoredRow } from './review-store.ts';
import type { Seal } from './review.ts';
import { reviews } from './tables.ts';
import { RowId } from '../../platform/text-input.ts';

export interface EvidenceDeps {
  /** A connection with a long timeout, because the evidence can be large. */
  readonly db: NodePgDatabase;
  readonly findPeople: FindPeople;
  readonly audit: Pick<Audit, 'changed'>;
  readonly authenticate: Authenticate;
  readonly now: () => Date;
}

const EvidenceQuery = z.object({ id: RowId, format: z.enum(['json', 'csv']) });

type People = Awaited<ReturnType<FindPeople>>;

/** The columns of the table, in this order. */
const cells: Readonly<Record<string, (row: StoredRow, people: People) => unknown>> = {
  key: ({ subject }) => subject,
  name: ({ facts }) => facts.name,
  email: ({ facts }) => facts.email,
  machine: ({ facts }) => facts.isMachine,
  role: ({ role }) => role,
  instance: ({ instance }) => instance,
  title: ({ facts }) => facts.title,
  permissions: ({ facts }) => facts.grants,
  sourceOfRole: ({ facts }) => facts.source?.kind,
  since: ({ facts }) => facts.since,
  lastSignInAt: ({ facts }) => facts.lastSignInAt,
  lastUsedAt: ({ facts }) => facts.lastUsedAt,
  flags: ({ flags }) => flags,
  decision: ({ decision }) => decision,
  newRole: ({ newRole }) => newRole,
  reason: ({ reason }) => reason,
  decidedBy: ({ decidedBy }) => decidedBy,
  decidedByName: ({ decidedBy }, people) => people.get(decidedBy ?? '')?.name,
  decidedAt: ({ decidedAt }) => decidedAt?.toISOString(),
  outcome: ({ outcome }) => outcome,
  failure: ({ failure }) => failure,
  verifiedAt: ({ verifiedAt }) => verifiedAt?.toISOString(),
};

/**
 * `GET /api/reviews/:id/evidence?format=json|csv`: the evidence of a closed review. The audit log records each
 * download.
 *
 * - `json`: `{"evidence":…,"seal":{…},"notes":[…]}` without whitespace. The text between `"evidence":` and `,"seal":`
 *   is exactly what was hashed and signed; `JSON.stringify` of the parsed value gives the same text. Each note is
 *   `{"content":{"previous":…},"sha256":…}`, sealed like the evidence; `previous` is the hash of the preceding note, or
 *   of the evidence.
 * - `csv`: the rows as a table.
 * @throws {AppError} `TOKEN_*`, `VIEW_AS_READ_ONLY`, `INPUT_INVALID`, `FORBIDDEN`, `REVIEW_NOT_FOUND`, `REVIEW_STATUS`,
 *   `SERVER_BUSY`
 */
export function createEvidenceHandler(deps: EvidenceDeps): RequestHandler {
  const { db, audit, authenticate } = deps;
  return createExportHandler({
    authenticate,
    query: EvidenceQuery,
    async admit({ caller, query: { id } }) {
      await caller.permissions.require('reviews:manage', undefined);
      const review = await createReviewStore(db, caller.identity.tenant).get(id);
      const { seal, closedAt, status } = review;
      if (seal === null || closedAt === null) throw notPossible(status);
      return { ...review, seal, closedAt };
    },
    record: ({ caller: { identity }, query: { id, format }, requestId }, end) =>
      audit.changed({
        ...originOf({ identity, requestId, channel: 'console' }),
        action: 'review.export',
        on: { resource: 'reviews', key: id },
        after: { format },
        ...end,
      }),
    file: ({ language, query: { format } }, review) => ({
      name: `${review.name} ${review.closedAt.toISOString().slice(0, 10)}.${format}`,
      contentType: format === 'csv' ? tableFormats.csv.contentType : 'application/json; charset=utf-8',
      parts:
        format === 'csv'
          ? tableFormats.csv.parts({ columns: Object.keys(cells), language }, pagesOf(deps, review))
          : sealedParts(deps, review),
    }),
  });
}

/** Bytes per part of the download. */
const partSize = 1 << 20;

async function* sealedParts(
  { db, now }: EvidenceDeps,
  { id, tenant, seal }: ReviewHead & { readonly seal: Seal },
): AsyncGenerator<string | Uint8Array, void> {
  const [found] = await db.select({ evidence: reviews.evidence }).from(reviews).where(eq(reviews.id, id));
  // Split as bytes: splitting the text could cut a character in two and change what was signed.
  const bytes = Buffer.from(found?.evidence ?? 'null');
  yield '{"evidence":';
  for (let start = 0; start < bytes.length; start += partSize) yield bytes.subarray(start, start + partSize);
  const stored = await createReviewStore(db, tenant).notes(id);
  const sign = stored.length === 0 ? undefined : await readSigner(db, now());
  let previous = seal.sha256;
  const notes: unknown[] = [];
  for (const note of stored) {
    const content = { previous, id: note.id, by: note.by, at: note.at.toISOString(), text: note.text };
    const sealed = sign?.(JSON.stringify(content));
    notes.push({ content, ...sealed });
    previous = sealed?.sha256 ?? previous;
  }
  const { sha256, signature, publicKey, keyId } = seal;
  yield `,"seal":${JSON.stringify({ sha256, signature, publicKey, keyId })},"notes":${JSON.stringify(notes)}}`;
}

async function* pagesOf(
  { db, findPeople }: EvidenceDeps,
  { id }: ReviewHead,
): AsyncGenerator<readonly Readonly<Record<string, unknown>>[], void> {
  for (let after = -1, isMore = true; isMore;) {
    const rows = await rowsAfter(db, id, after); // oxlint-disable-line no-await-in-loop -- sequential pages
    const people = await findPeople(rows.flatMap(({ decidedBy }) => decidedBy ?? [])); // oxlint-disable-line no-await-in-loop
    yield rows.map((row) =>
      Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell(row, people)])),
    );
    after = rows.at(-1)?.position ?? after;
    isMore = rows.length > 0;
  }
}
