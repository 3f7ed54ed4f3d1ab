import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { accessGrants, accessRequests } from '../features/requests/tables.ts';
import type { Client, TestServer } from './test-server.ts';
import { waitFor } from './wait-for.ts';

type Target = Parameters<Client['requests']['create']['mutate']>[0]['target'];

/** Requests a role, in the tenant or on an instance, for a day by default. Resolves to the id of the request. */
export async function askForRole(
  { requests }: Client,
  role: 'editor' | 'admin' | Target = 'editor',
  duration: number | null = 86_400,
): Promise<string> {
  const target = typeof role === 'string' ? ({ kind: 'role', role } as const) : role;
  return (await requests.create.mutate({ target, reason: 'For the review', duration })).id;
}

export const grantOf = async ({ db }: Pick<TestServer, 'db'>, subject: string) =>
  (await db.select().from(accessGrants).where(eq(accessGrants.subject, subject)))[0];

/** Waits until the user's grant has this status. */
export const untilStatus = (server: Pick<TestServer, 'db'>, subject: string, status: string): Promise<void> =>
  waitFor(async () => expect(await grantOf(server, subject)).toMatchObject({ status }));

/** Gives a user a role through an approved request, as `askForRole` asks for it. Resolves to the id of the request. */
export async function giveByRequest(
  server: Pick<TestServer, 'as' | 'db'>,
  approver: Client,
  { key, role, duration }: { key: string; role?: 'editor' | 'admin'; duration?: number | null },
): Promise<string> {
  const id = await askForRole(await server.as(key), role, duration);
  await approver.requests.approve.mutate({ id });
  await untilStatus(server, key, 'active');
  return id;
}

/** Deletes all requests and grants, and ends all faults of Permit, so that no worker waits for it. */
export async function clearRequests({ db, permit }: Pick<TestServer, 'db' | 'permit'>): Promise<void> {
  permit.faults.clear();
  await db.delete(accessRequests);
  await db.delete(accessGrants);
}

/** Whether the caller can create reports, which editors can. */
export const canCreate = async ({ session }: Client): Promise<unknown> =>
  (await session.gates.mutate([{ path: 'reports.create' }]))[0]?.state;
