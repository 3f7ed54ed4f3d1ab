import { readDeliveryLog, type ReconcileDeps } from '@latchkey/directory-sync';
import type { CommandDeps } from '../command-deps.ts';

const day = 86_400_000;

/** Counts from Logto and Permit. */
export interface VendorStatus {
  readonly logto: { readonly users: number; readonly organizations: number };
  readonly permit: { readonly tenants: number };
  /** In the last 24 hours, for all webhooks, by Logto's own log. */
  readonly failedDeliveries: number;
}

/** Counts the entries of both directories. Cheap, unlike a plan, which would read all of them. */
export async function readVendorStatus({ logto, permit }: ReconcileDeps): Promise<VendorStatus> {
  const now = Date.now();
  const [users, organizations, tenants, { failed }] = await Promise.all([
    totalOf((onTotal) => logto.users({ onTotal })),
    totalOf((onTotal) => logto.organizations({ onTotal })),
    count(permit.reads.tenants()),
    readDeliveryLog(logto, { from: now - day, to: now, hooksOf: (hooks) => hooks }),
  ]);
  return { logto: { users, organizations }, permit: { tenants }, failedDeliveries: failed.length };
}

export function printVendorStatus(status: VendorStatus, { print }: Pick<CommandDeps, 'print'>): void {
  const { logto, permit, failedDeliveries: failed } = status;
  print(`Logto has ${logto.users} users and ${logto.organizations} organizations.`);
  print(`Permit has ${permit.tenants} tenants; "sync plan" compares everything.`);
  print(`${undelivered(failed, 24)}${failed > 0 ? ' Run "sync recover".' : ''}`);
}

/** Describes deliveries that Logto gave up on, which never reached the server, unlike the server's dead letters. */
export function undelivered(count: number, hours: number): string {
  const events = count === 1 ? 'event' : 'events';
  return `According to its log, Logto could not deliver ${count} ${events} in the last ${hours} hours.`;
}

/** Reads only the first page, which has the total. */
async function totalOf(
  pages: (onTotal: (total: number) => void) => AsyncGenerator<unknown[], void>,
): Promise<number> {
  let total = 0;
  const source = pages((count) => {
    total = count;
  });
  await source.next();
  await source.return();
  return total;
}

async function count(pages: AsyncGenerator<unknown[], void>): Promise<number> {
  let all = 0;
  for await (const page of pages) all += page.length;
  return all;
}
