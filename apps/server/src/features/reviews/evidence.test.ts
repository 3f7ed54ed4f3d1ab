import { createHash, createPublicKey, verify } from 'node:crypto';
import { permissionsOfRole } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { openReview, untilReview } from '../../testing/reviews.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { auditEvents } from '../audit/tables.ts';
import { readSigner } from './evidence.ts';
import { reviewKeys, reviewRows, reviews } from './tables.ts';

const server = await startTestServer();
const { client: admin } = await server.join({
  key: 'ada',
  firstName: 'Ada',
  role: 'admin',
  email: 'ada@a.example',
});
await server.join({ key: 'vera', role: 'viewer', email: 'vera@a.example' });
await server.join({ key: 'ed', role: 'editor', email: 'ed@a.example' });
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const { client: inAcme } = await server.join({
  key: 'boss',
  role: 'admin',
  tenant: 'acme',
  email: 'boss@a.example',
});

const Sealed = z.object({
  sha256: z.string(),
  signature: z.string(),
  publicKey: z.string(),
  keyId: z.string(),
});
const EvidenceFile = z.object({
  evidence: z.unknown(),
  seal: Sealed,
  notes: z.array(Sealed.extend({ content: z.unknown() })),
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const isSigned = (text: string, { signature, publicKey }: z.output<typeof Sealed>): boolean =>
  verify(
    null,
    Buffer.from(text),
    createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' }),
    Buffer.from(signature, 'base64'),
  );
const download = (id: string, format = 'json', by = 'ada', tenant?: string): Promise<Response> =>
  server.get(`/api/reviews/${id}/evidence?format=${format}&language=ko`, by, tenant);
const evidenceOf = async (id: string) => EvidenceFile.parse(await (await download(id)).json());

const finish = async (id: string, by = admin, newOwner?: string): Promise<void> => {
  await by.reviews.finish.mutate({ id, newOwner });
  await untilReview(by, id, 'closed');
};
const reviewed = async (): Promise<string> => {
  const id = await openReview(admin);
  const { items } = await admin.reviews.rows.query({ id, subject: 'vera' });
  const rows = items.map(({ position, revision }) => ({ position, revision }));
  await admin.reviews.decide.mutate({ id, rows, decision: 'keep', reason: 'Reads "reports"' });
  await finish(id, admin, 'vera');
  return id;
};

test('the evidence is sealed with its rows, exceptions, and the hash of the previous review', async () => {
  // A review of another tenant, or of another scope, is not the previous one.
  const previous = await reviewed();
  await finish(await openReview(inAcme), inAcme);
  const id = await reviewed();
  const { evidence, seal } = await evidenceOf(id);
  const text = JSON.stringify(evidence);
  expect(sha256(text)).toBe(seal.sha256);
  expect(isSigned(text, seal)).toBe(true);
  expect(isSigned(`${text} `, seal)).toBe(false);
  expect(await admin.reviews.get.query({ id })).toMatchObject({ seal });
  expect(evidence).toMatchObject({
    format: 'latchkey-review-1',
    review: {
      id,
      name: 'November',
      createdBy: { key: 'ada', name: 'Ada' },
      finishedBy: { key: 'ada', name: 'Ada' },
      newOwner: { key: 'vera' },
      previous: { id: previous, sha256: (await evidenceOf(previous)).seal.sha256 },
    },
    completeness: { rows: 3, permitRoles: 3 },
    summary: { keep: 1, outcomes: { kept: 1, 'not-reviewed': 2 } },
    exceptions: { 'not-reviewed': [expect.any(Number), expect.any(Number)] },
  });
  const { rows } = z.object({ rows: z.array(z.record(z.string(), z.unknown())) }).parse(evidence);
  for (const { sha256: hash, ...content } of rows) expect(sha256(JSON.stringify(content))).toBe(hash);
  expect(rows.find(({ subject }) => subject === 'vera')).toMatchObject({
    decision: 'keep',
    decidedBy: { key: 'ada', name: 'Ada' },
    reason: 'Reads "reports"',
    outcome: 'kept',
    facts: { email: 'vera@a.example', grants: permissionsOfRole(policy, 'viewer') },
  });
  await server.audit.flush();
  const [recorded] = await server.db
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.instance, id), eq(auditEvents.action, 'review.seal')));
  expect(recorded?.detail).toMatchObject({ after: { sha256: seal.sha256, keyId: seal.keyId } });
});

test('notes are added beside the sealed part, each sealed with the preceding hash', async () => {
  const id = await reviewed();
  const before = await evidenceOf(id);
  for (const text of ['First.', '둘째.']) await admin.reviews.addNote.mutate({ id, text });
  const { evidence, seal, notes } = await evidenceOf(id);
  expect({ evidence, seal }).toEqual({ evidence: before.evidence, seal: before.seal });
  let previous = seal.sha256;
  for (const [index, { content, ...sealed }] of notes.entries()) {
    const text = JSON.stringify(content);
    expect(content).toMatchObject({ previous, by: 'ada', text: ['First.', '둘째.'][index] });
    expect([sha256(text), isSigned(text, sealed)]).toEqual([sealed.sha256, true]);
    previous = sealed.sha256;
  }
  expect(notes).toHaveLength(2);
});

test('the CSV has a line for each row, in the language of the user, and the download is recorded', async () => {
  const id = await reviewed();
  const response = await download(id, 'csv');
  expect(response.headers.get('content-disposition')).toContain('November');
  const lines = (await response.text()).trim().split('\r\n');
  expect(lines[0]).toContain('"결정"');
  expect(lines).toHaveLength(4);
  expect(lines.find((line) => line.includes('vera@a.example'))).toContain('"kept"');
  await server.audit.flush();
  const exported = await server.db
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.instance, id), eq(auditEvents.action, 'review.export')));
  expect(exported).toMatchObject([{ actor: 'ada', outcome: 'done', detail: { after: { format: 'csv' } } }]);
});

const refused = async (answer: Promise<Response>) => {
  const { code } = z.object({ code: z.string() }).parse(await (await answer).json());
  return [(await answer).status, code];
};

test('only managers of the tenant get the evidence, and only of a closed review', async () => {
  const [open, id] = [await openReview(admin), await reviewed()];
  expect(await refused(download(id, 'json', 'vera'))).toEqual([403, 'FORBIDDEN']);
  expect(await refused(download(id, 'json', 'boss', 'acme'))).toEqual([404, 'REVIEW_NOT_FOUND']);
  expect(await refused(download(open))).toEqual([409, 'REVIEW_STATUS']);
  expect(await refused(download(id, 'pdf'))).toEqual([400, 'INPUT_INVALID']);
});

test('the evidence of a population of several pages has every row', async () => {
  const id = await openReview(admin);
  const [template] = await server.db.select().from(reviewRows).where(eq(reviewRows.review, id)).limit(1);
  if (template === undefined) throw new Error('The review has no rows.');
  const more = Array.from({ length: 2_500 }, (_, index) => ({
    ...template,
    position: index + 3,
    positionByRole: index + 3,
    subject: `user-${index}`,
  }));
  for (let start = 0; start < more.length; start += 1_000)
    await server.db.insert(reviewRows).values(more.slice(start, start + 1_000));
  await finish(id);
  const { evidence, seal } = await evidenceOf(id);
  expect(sha256(JSON.stringify(evidence))).toBe(seal.sha256);
  const { rows } = z.object({ rows: z.array(z.object({ position: z.number() })) }).parse(evidence);
  expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 2_503 }, (_, index) => index));
  expect((await (await download(id, 'csv')).text()).trim().split('\r\n')).toHaveLength(2_504);
});

test('a character that spans two parts of the download arrives intact', async () => {
  const id = await reviewed();
  // With its opening quote, the text is one byte off the parts of 2^20 bytes, so a part ends within a character.
  const text = '😀'.repeat(1 << 19);
  await server.db
    .update(reviews)
    .set({ evidence: JSON.stringify(text) })
    .where(eq(reviews.id, id));
  const { evidence } = await evidenceOf(id);
  expect(evidence === text).toBe(true);
});

test('replicas that create the key concurrently use the same one', async () => {
  await server.db.delete(reviewKeys);
  const signers = await Promise.all(Array.from({ length: 5 }, () => readSigner(server.db, new Date())));
  expect(new Set(signers.map((sign) => sign('one').keyId)).size).toBe(1);
});
