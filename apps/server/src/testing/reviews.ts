import { expect } from 'vitest';
import type { Client } from './test-server.ts';
import { waitFor } from './wait-for.ts';

type NewReview = Parameters<Client['reviews']['create']['mutate']>[0];

/** Waits until a review has this status. */
export const untilReview = ({ reviews }: Client, id: string, status: string): Promise<void> =>
  waitFor(async () => expect(await reviews.get.query({ id })).toMatchObject({ status }));

/** Creates a review, by default of all roles, which administrators decide within a day. Resolves to its id. */
export async function draftReview(client: Client, more: Partial<NewReview> = {}): Promise<string> {
  const { id } = await client.reviews.create.mutate({
    name: 'November',
    scope: { kind: 'all' },
    reviewers: { kind: 'role', role: 'admin' },
    dueAt: new Date(Date.now() + 86_400_000).toISOString(),
    ...more,
  });
  await untilReview(client, id, 'draft');
  return id;
}

/** Like `draftReview`, but also starts the review. */
export async function openReview(client: Client, more: Partial<NewReview> = {}): Promise<string> {
  const id = await draftReview(client, more);
  await client.reviews.start.mutate({ id });
  return id;
}
