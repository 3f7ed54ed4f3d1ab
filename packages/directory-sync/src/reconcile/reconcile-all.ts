import { apply, type FailedOperation } from '../apply/apply.ts';
import { logtoIdOf, userKey } from '../mapping/permit-key.ts';
import { isRemoval, subjectKeyOf, type Operation } from '../plan/operation.ts';
import { createPlanner, inOrder, planGoneOrganization, planOrganization } from '../plan/plan.ts';
import { logtoUserFacts, userAfter, type SyncedUser } from '../plan/synced-user.ts';
import { guardAgainstMassChange, type MassChangeGuard } from './mass-change.ts';
import type { PermitUserState } from '../plan/states.ts';
import { readLogto, readPermitState } from './read-directories.ts';
import { planForUser, trustedMapping, type ReconcileDeps } from './plan-for-user.ts';

export interface Progress {
  /** `checking` reads the users and tenants that would lose something again. */
  readonly step: 'reading' | 'checking' | 'applying' | 'done';
  /** Users read, users and tenants checked, or operations applied. */
  readonly done: number;
  /** The final value of `done` in this step; absent while unknown. */
  readonly total?: number | undefined;
}

const pageSize = 100;

export interface ReconcileAllOptions {
  /** Whether the run only plans, and changes nothing. Default: false. */
  readonly dryRun?: boolean;
  /** Whether the run ignores the mass-change guard. Default: false. */
  readonly force?: boolean;
  /** The limits for removals. Default: 50 users and tenants, or 10 % of all. */
  readonly guard?: MassChangeGuard;
  /** Aborting it stops the run, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after each page, check and call. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Called with pages of the users of both directories, and again with those who were changed. Not called in a dry run.
   */
  readonly onUsers?: (users: readonly SyncedUser[]) => Promise<void>;
}

export interface ReconcileReport {
  /** In Logto. */
  readonly users: number;
  /** In Permit, before the run. */
  readonly tenants: number;
  /** The Logto ids of all users. */
  readonly present: ReadonlySet<string>;
  /** The Logto ids of the suspended users. */
  readonly suspended: readonly string[];
  /** The attempted operations; in a dry run, the planned ones. */
  readonly operations: readonly Operation[];
  readonly failed: readonly FailedOperation[];
  /** The attributes that were ignored and removed, because Logto lets users edit the mapped field. */
  readonly untrusted: readonly string[];
  readonly dryRun: boolean;
}

/**
 * Makes Permit's whole directory match Logto's. Additions are applied in bulk. Before something is removed from a user
 * or tenant, they are read again individually, because Logto's pages may have skipped a user.
 * @throws {MassChangeError} before anything is changed
 * @throws {LogtoApiError | PermitApiError}
 */
export async function reconcileAll(
  given: ReconcileDeps,
  options: ReconcileAllOptions = {},
): Promise<ReconcileReport> {
  const { dryRun = false, force = false, guard, signal, onProgress = () => {} } = options;
  const onUsers = dryRun ? undefined : options.onUsers;
  const { mapping, untrusted } = await trustedMapping(given);
  const deps = { ...given, mapping };
  const counts = { logto: 0, permit: 0 };
  let total: number | undefined;
  const reading = {
    signal,
    onRead: (source: 'logto' | 'permit', read: number, all: number | undefined): void => {
      counts[source] = read;
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
  const toChange = new Map<string, SyncedUser>();
  for await (const page of logto.users()) {
    const found: SyncedUser[] = [];
    for (const state of page) {
      const { present: inPermit, operations } = planner.user(state);
      present.add(state.user.id);
      if (state.user.isSuspended === true) suspended.push(state.user.id);
      const user = { key: userKey(state.user.id), logto: logtoUserFacts(state), permit: inPermit };
      if (operations.length > 0) toChange.set(user.key, user);
      if (inPermit !== undefined) found.push(user);
    }
    await onUsers?.(found);
  }
  const planned = planner.finish();
  for (const some of inPages(permit.users.values())) await onUsers?.(some); // oxlint-disable-line no-await-in-loop -- sequential pages
  const summary = {
    users: counts.logto,
    tenants: permit.tenants.size,
    present,
    suspended,
    untrusted,
    dryRun,
  };
  if (!force) guardAgainstMassChange(planned, size, guard);

  const { operations, users: confirmed } = await confirmRemovals(planned, deps, { signal, onProgress });
  if (dryRun) return { ...summary, operations, failed: [] };
  const failed = await apply(operations, deps.permit, {
    signal,
    onApplied: deps.onApplied,
    onProgress: (done) => onProgress({ step: 'applying', done, total: operations.length }),
  });
  await onUsers?.(changedUsers(toChange, operations, { failed, confirmed }));
  onProgress({ step: 'done', done: operations.length, total: operations.length });
  return { ...summary, operations, failed };
}

/** The users in Permit whom Logto does not have. */
function* inPages(users: Iterable<PermitUserState>): Generator<SyncedUser[], void> {
  let page: SyncedUser[] = [];
  for (const permit of users) {
    page.push({ key: permit.key, logto: undefined, permit });
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** The users with operations, in their new state. */
function changedUsers(
  toChange: ReadonlyMap<string, SyncedUser>,
  operations: readonly Operation[],
  { failed, confirmed }: ChangeResults,
): SyncedUser[] {
  const refused = new Set(failed.map(({ operation }) => subjectKeyOf(operation)));
  const byUser = Map.groupBy(
    operations.filter(({ kind }) => !kind.endsWith('-tenant')),
    subjectKeyOf,
  );
  return [...byUser].flatMap(([key, ofUser]): SyncedUser[] => {
    // Only Permit knows which of the user's operations took effect.
    if (refused.has(key)) return [];
    const read = confirmed.get(key);
    if (read !== undefined) return [read];
    const user = toChange.get(key);
    return user === undefined ? [] : [{ ...user, permit: userAfter(key, user.permit, ofUser) }];
  });
}

interface ChangeResults {
  readonly failed: readonly FailedOperation[];
  readonly confirmed: ReadonlyMap<string, SyncedUser>;
}

/** Plans the users and tenants that would lose something again, from a fresh read. */
async function confirmRemovals(
  planned: readonly Operation[],
  deps: ReconcileDeps,
  { signal, onProgress }: { signal: AbortSignal | undefined; onProgress: (progress: Progress) => void },
): Promise<{ operations: Operation[]; users: ReadonlyMap<string, SyncedUser> }> {
  const losing = planned.filter(isRemoval);
  const tenants = new Set(losing.filter(({ kind }) => kind === 'delete-tenant').map(subjectKeyOf));
  const users = new Set(losing.filter(({ kind }) => kind !== 'delete-tenant').map(subjectKeyOf));
  const unaffected = planned.filter((one) => {
    const aboutTenant = one.kind.endsWith('-tenant');
    return !(aboutTenant ? tenants : users).has(subjectKeyOf(one));
  });
  const total = tenants.size + users.size;
  let done = 0;
  const confirmed: Operation[] = [];
  const read = new Map<string, SyncedUser>();
  const planUserAgain = async (key: string): Promise<Operation[]> => {
    const { operations, user } = await planForUser({ id: logtoIdOf(key), because: 'token' }, deps);
    if (user !== undefined) read.set(key, user);
    return operations;
  };
  const check = async (planAgain: () => Promise<Operation[]>): Promise<void> => {
    signal?.throwIfAborted();
    confirmed.push(...(await planAgain()));
    onProgress({ step: 'checking', done: ++done, total });
  };
  /* oxlint-disable no-await-in-loop -- rare, and limits the load on both APIs */
  for (const key of tenants) await check(() => planForTenant(key, deps));
  for (const key of users) await check(() => planUserAgain(key));
  /* oxlint-enable no-await-in-loop */
  return { operations: inOrder(onceForEachTenant([...unaffected, ...confirmed])), users: read };
}

/** A user's new plan may create tenants that the first plan already creates. */
function onceForEachTenant(operations: readonly Operation[]): Operation[] {
  const seen = new Set<string>();
  return operations.filter((one) => {
    if (!one.kind.endsWith('-tenant')) return true;
    const name = `${one.kind} ${subjectKeyOf(one)}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

async function planForTenant(key: string, { logto, permit }: ReconcileDeps): Promise<Operation[]> {
  const [organization, tenant] = await Promise.all([
    logto.organization(logtoIdOf(key)),
    permit.reads.tenant(key),
  ]);
  return organization === undefined ? planGoneOrganization(tenant) : planOrganization(organization, tenant);
}
