import { apply, type FailedOperation } from '../apply/apply.ts';
import { logtoIdOf } from '../mapping/permit-key.ts';
import { isRemoval, subjectKeyOf, type Operation } from '../plan/operation.ts';
import { createPlanner, inOrder } from '../plan/plan.ts';
import { planGoneOrganization, planOrganization } from '../plan/plan-organization.ts';
import { guardAgainstMassChange, type MassChangeGuard } from './mass-change.ts';
import { readLogto, readPermitState } from './read-directories.ts';
import { planForUser, type ReconcileDeps } from './plan-for-user.ts';

export interface Progress {
  readonly step: 'reading' | 'checking' | 'applying' | 'done';
  readonly done: number;
  /** Absent while nobody knows. */
  readonly total?: number | undefined;
}

export interface ReconcileAllOptions {
  /** Only says what would be done. */
  readonly dryRun?: boolean;
  /** Does it although many would lose something. */
  readonly force?: boolean;
  readonly guard?: MassChangeGuard;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ReconcileReport {
  readonly users: number;
  readonly tenants: number;
  /** Logto's ids of everyone there. */
  readonly present: ReadonlySet<string>;
  /** And of those who are suspended. */
  readonly suspended: readonly string[];
  readonly operations: readonly Operation[];
  readonly failed: readonly FailedOperation[];
  readonly dryRun: boolean;
}

/**
 * Makes all of Permit's directory that of Logto. Additions are done as read, in bulk; whoever seems to lose something is
 * read once more first, alone, because Logto's pages may have skipped them.
 * @throws {MassChangeError} before anything is done
 * @throws {LogtoApiError | PermitApiError}
 */
export async function reconcileAll(
  deps: ReconcileDeps,
  { dryRun = false, force = false, guard, signal, onProgress = () => {} }: ReconcileAllOptions = {},
): Promise<ReconcileReport> {
  const counts = { logto: 0, permit: 0 };
  let total: number | undefined;
  const reading = {
    signal,
    onRead: (what: 'logto' | 'permit', read: number, all: number | undefined): void => {
      counts[what] = read;
      total = all ?? total;
      onProgress({
        step: 'reading',
        done: counts.logto + counts.permit,
        total: total && total + counts.permit,
      });
    },
  };
  const [permit, logto] = await Promise.all([readPermitState(deps, reading), readLogto(deps, reading)]);
  const size = permit.users.size + permit.tenants.size;
  const planner = createPlanner(logto.organizations, permit, deps.mapping);
  const present = new Set<string>();
  const suspended: string[] = [];
  for await (const page of logto.users()) {
    for (const state of page) {
      planner.user(state);
      present.add(state.user.id);
      if (state.user.isSuspended === true) suspended.push(state.user.id);
    }
  }
  const planned = planner.finish();
  const summary = { users: counts.logto, tenants: permit.tenants.size, present, suspended, dryRun };
  if (!force) guardAgainstMassChange(planned, size, guard);
  if (dryRun) return { ...summary, operations: planned, failed: [] };

  const operations = await confirmed(planned, deps, { signal, onProgress });
  const failed = await apply(operations, deps.permit.writes, {
    signal,
    onProgress: (done) => onProgress({ step: 'applying', done, total: operations.length }),
  });
  onProgress({ step: 'done', done: operations.length, total: operations.length });
  return { ...summary, operations, failed };
}

/** The plan again, with fresh plans for those who would lose something. */
async function confirmed(
  planned: readonly Operation[],
  deps: ReconcileDeps,
  { signal, onProgress }: { signal: AbortSignal | undefined; onProgress: (progress: Progress) => void },
): Promise<Operation[]> {
  const losing = planned.filter(isRemoval);
  const tenants = new Set(losing.filter(({ kind }) => kind === 'delete-tenant').map(subjectKeyOf));
  const users = new Set(losing.filter(({ kind }) => kind !== 'delete-tenant').map(subjectKeyOf));
  const certain = planned.filter((one) => {
    const aboutTenant = one.kind.endsWith('-tenant');
    return !(aboutTenant ? tenants : users).has(subjectKeyOf(one));
  });
  const total = tenants.size + users.size;
  let done = 0;
  const again: Operation[] = [];
  const look = async (find: () => Promise<Operation[]>): Promise<void> => {
    signal?.throwIfAborted();
    again.push(...(await find()));
    onProgress({ step: 'checking', done: ++done, total });
  };
  /* oxlint-disable no-await-in-loop -- as gentle as it is rare */
  for (const key of tenants) await look(() => planForTenant(key, deps));
  for (const key of users) await look(() => freshPlan(logtoIdOf(key), deps));
  /* oxlint-enable no-await-in-loop */
  return inOrder([...certain, ...again]);
}

async function freshPlan(id: string, deps: ReconcileDeps): Promise<Operation[]> {
  return (await planForUser({ id, because: 'token' }, deps)).operations;
}

async function planForTenant(key: string, { logto, permit }: ReconcileDeps): Promise<Operation[]> {
  const [organization, tenant] = await Promise.all([
    logto.organization(logtoIdOf(key)),
    permit.reads.tenant(key),
  ]);
  return organization === undefined ? planGoneOrganization(tenant) : planOrganization(organization, tenant);
}
