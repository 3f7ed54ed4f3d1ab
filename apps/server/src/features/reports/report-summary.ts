import type { OwnerOf } from './read-owners.ts';
import type { Report } from './report-store.ts';

/** A report for display. */
export function summaryOf(
  { id, title, kind, status, classification, createdAt, publishedAt, ...owned }: Report,
  ownerOf: OwnerOf,
) {
  return {
    id,
    title,
    kind,
    status,
    classification,
    owner: ownerOf(owned),
    createdAt: createdAt.toISOString(),
    publishedAt: publishedAt?.toISOString() ?? null,
  };
}
