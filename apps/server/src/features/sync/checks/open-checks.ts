import {
  type LogtoManagement,
  findMismatchedUsers,
  type DirectoryMapping,
  type PermitFacts,
  allowedLosses,
} from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { failureOf } from '../failure.ts';
import { correctStatuses, type CorrectStatusesDeps } from '../revocations/correct-statuses.ts';
import type { SyncState, RoleHolders } from '../runs/sync-state.ts';
import { listenerPatience, recoverDeliveries, type RecoverDeps } from '../undelivered/recover-deliveries.ts';
import type { Check, SyncQueues } from '../worker/sync-queues.ts';

export interface ChecksDeps extends RecoverDeps, CorrectStatusesDeps {
  readonly logto: LogtoManagement;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly revocations: RecoverDeps['revocations'] & CorrectStatusesDeps['revocations'];
  readonly state: SyncState;
  readonly log: Logger;
}

/** Milliseconds that a check looks back at most. Older deliveries are left to the next run over the whole directory. */
const furthest = 600_000;
/**
 * Milliseconds by which two reads of the log overlap: Logto writes an entry after the attempt, and by its own clock.
 */
const overlap = 60_000;
const maxPages = 10;

/**
 * Receives failed deliveries from the log of the server's webhook in Logto. While Logto cannot deliver, also checks all
 * accounts for suspensions and deletions that the log does not have.
 * @throws {LogtoApiError}
 */
function createCheckDeliveries(deps: ChecksDeps, seconds: number): (signal: AbortSignal) => Promise<void> {
  const { state } = deps;
  let accountsDueAt = 0;
  return async (signal) => {
    const now = Date.now();
    const from = Math.max((await state.logReadAt()) ?? 0, now - furthest) - overlap;
    await recoverDeliveries({ from, to: now - listenerPatience, maxPages }, deps);
    await state.setLogReadAt(now);
    // Not as often as the log, because it reads all users.
    if ((await state.undelivered()) === null || now < accountsDueAt) return;
    await checkAccounts(deps, signal);
    accountsDueAt = now + seconds * 1_000;
  };
}

/** Reads all users, with one call per hundred, and then queries each user whose status differs from the records. */
async function checkAccounts(deps: ChecksDeps, signal: AbortSignal): Promise<void> {
  const present: string[] = [];
  const suspended: string[] = [];
  for await (const page of deps.logto.users({ signal })) {
    for (const { id, isSuspended } of page) {
      present.push(id);
      if (isSuspended === true) suspended.push(id);
    }
  }
  // If more users are missing than a run may remove, this may be the wrong Logto, or one with missing data. Then no
  // missing user is corrected here; the next run stops and reports it.
  await correctStatuses({ present, suspended, maxMissing: allowedLosses(present.length) }, deps);
}

export interface CheckSeconds {
  /** While Logto cannot deliver, its log is read three times as often. */
  readonly deliveries: number;
  readonly roles: number;
}

/** The checks between the runs over the whole directory. Each runs on one of the replicas. */
export interface Checks {
  readonly run: (check: Check, signal: AbortSignal) => Promise<void>;
  /** Call this when an organization (Logto id) is used, so that its roles are checked soon. */
  readonly noteUse: (organization: string) => void;
  readonly close: () => void;
}

const maxNoted = 10_000;

export function openChecks(
  deps: ChecksDeps,
  queues: Pick<SyncQueues, 'enqueueCheck'>,
  every: CheckSeconds,
): Checks {
  const { state, log } = deps;
  const checkDeliveries = createCheckDeliveries(deps, every.deliveries);
  const checkOrganization = createCheckOrganization(deps);
  const checkUserRoles = createCheckUserRoles(deps);
  let used = new Set<string>();

  const ask = (check: Check, seconds: number): void => {
    queues.enqueueCheck(check, seconds).catch((error: unknown) => log.error({ err: error }, 'no check'));
  };
  const oftenEvery = Math.max(1, Math.round(every.deliveries / 3));
  const askAboutDeliveries = async (): Promise<void> => {
    const undelivered = await state.undelivered().catch(() => null);
    ask('deliveries', undelivered === null ? every.deliveries : oftenEvery);
  };
  const askAboutRoles = (): void => {
    ask('user-roles', every.roles);
    for (const id of used) ask(`organization:${id}`, every.roles);
    used = new Set();
  };
  // At least twice per interval, because the queue accepts only one check per interval.
  const timers = [
    every.deliveries > 0 ? setInterval(() => void askAboutDeliveries(), oftenEvery * 500) : undefined,
    every.roles > 0 ? setInterval(askAboutRoles, every.roles * 500) : undefined,
  ];

  return {
    async run(check, signal) {
      try {
        if (check === 'deliveries') await checkDeliveries(signal);
        else if (check === 'user-roles') await checkUserRoles(signal);
        else await checkOrganization(check.slice('organization:'.length));
      } catch (error) {
        // Only a warning: the known state remains valid, and the next check follows.
        if (!signal.aborted)
          log.warn({ check: check.split(':')[0], ...failureOf(error) }, 'a check of Logto failed');
      }
    },
    noteUse(organization) {
      if (used.size < maxNoted) used.add(organization);
    },
    close() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/**
 * Compares the roles in an organization (Logto id) with Permit, because Logto sends no event about them. Only queues
 * the users whose roles differ.
 * @throws {LogtoApiError | PermitApiError}
 */
function createCheckOrganization({ enqueue, ...directories }: ChecksDeps) {
  return async (id: string): Promise<void> => {
    const users = await findMismatchedUsers(id, directories);
    await enqueue(
      users.map((user) => `user:${user}`),
      { force: true },
    );
  };
}

/** Roles with more holders than this are left to the runs over the whole directory. */
const maxHolders = 1_000;

/**
 * Compares the holders of the mapped user roles with the previous check, because Logto sends no event about them.
 * Queues the users who gained or lost a role; the first check queues none.
 * @throws {LogtoApiError}
 */
function createCheckUserRoles({ logto, mapping, state, enqueue }: ChecksDeps) {
  return async (signal: AbortSignal): Promise<void> => {
    if (mapping.roleNames.size === 0) return;
    const before = await state.roleHolders();
    const after = await readHolders({ logto, mapping }, signal);
    const changed = [...mapping.roleNames].flatMap((name) => differing(before?.[name], after[name]));
    await enqueue(
      [...new Set(changed)].map((id) => `user:${id}`),
      { force: true },
    );
    if (before === undefined || changed.length > 0) await state.setRoleHolders(after);
  };
}

async function readHolders(
  { logto, mapping }: Pick<ChecksDeps, 'logto' | 'mapping'>,
  signal: AbortSignal,
): Promise<RoleHolders> {
  const roles = await logto.userRoles();
  const holders: Record<string, readonly string[]> = {};
  for (const name of mapping.roleNames) {
    const role = roles.find((one) => one.name === name);
    const ids = role === undefined ? [] : await idsOf(logto.holders(role.id, { signal })); // oxlint-disable-line no-await-in-loop -- few roles
    if (ids !== undefined) holders[name] = ids;
  }
  return holders;
}

async function idsOf(
  pages: AsyncGenerator<readonly { readonly id: string }[], void>,
): Promise<string[] | undefined> {
  const ids: string[] = [];
  for await (const page of pages) {
    ids.push(...page.map(({ id }) => id));
    if (ids.length > maxHolders) return undefined;
  }
  return ids;
}

function differing(before: readonly string[] | undefined, after: readonly string[] | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  const [had, have] = [new Set(before), new Set(after)];
  return [...before.filter((id) => !have.has(id)), ...after.filter((id) => !had.has(id))];
}
