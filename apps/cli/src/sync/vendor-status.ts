import { failedDeliveries, type ReconcileDeps } from '@latchkey/directory-sync';
import type { CommandDeps } from '../command-deps.ts';

const day = 86_400_000;

export interface VendorStatus {
  readonly logto: { readonly users: number; readonly organizations: number };
  readonly permit: { readonly tenants: number };
  /** By Logto's own log, in the last 24 hours, whichever hook. */
  readonly failedDeliveries: number;
}

/** Counts both directories: cheap, where a plan reads everything. */
export async function readVendorStatus({ logto, permit }: ReconcileDeps): Promise<VendorStatus> {
  const now = Date.now();
  const [users, organizations, tenants, failed] = await Promise.all([
    totalOf((onTotal) => logto.users({ onTotal })),
    totalOf((onTotal) => logto.organizations({ onTotal })),
    count(permit.reads.tenants()),
    failedDeliveries(logto, { from: now - day, to: now, isOwnEndpoint: () => true }),
  ]);
  return { logto: { users, organizations }, permit: { tenants }, failedDeliveries: failed.length };
}

export function printVendorStatus(status: VendorStatus, { print }: Pick<CommandDeps, 'print'>): void {
  const { logto, permit, failedDeliveries: failed } = status;
  print(`Logto has ${logto.users} users and ${logto.organizations} organizations.`);
  print(`Permit has ${permit.tenants} tenants; "sync plan" compares everything.`);
  print(`${failed} deliveries failed in the last 24 hours${failed > 0 ? '; see "sync recover"' : ''}.`);
}

/** Only the first page is read: it says how many there are. */
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
