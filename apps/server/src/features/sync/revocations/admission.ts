import {
  defaultTenant,
  logtoIdOf,
  originAttribute,
  reconcileUser,
  userAfter,
  userKey,
  type DirectoryMapping,
  type LogtoManagement,
  type Operation,
  type PermitFacts,
  type UserOutcome,
  type UserStatus,
} from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { AppError } from '../../../platform/app-error.ts';
import { within } from '../../../platform/within.ts';
import type { Identity } from '../../../authentication/identity.ts';
import { failureOf } from '../failure.ts';
import type { RecordSync, SyncedUsers } from '../sync-records.ts';
import type { Gap } from './revocation-list.ts';
import type { AccountRecord, Revocations } from './revocations.ts';

export interface AdmissionDeps {
  readonly logto: LogtoManagement | undefined;
  readonly permit: PermitFacts;
  readonly mapping: DirectoryMapping;
  readonly revocations: Revocations;
  /** Queues the subject for another reconciliation, because a worker may have reconciled it concurrently. */
  readonly enqueue: (subjects: readonly string[], options: { readonly force: true }) => Promise<void>;
  readonly onUsers: SyncedUsers['onUsers'];
  readonly record: RecordSync;
  readonly onChange: (operations: readonly Operation[]) => void;
  /** Resolves when the PDP knows the newly created user, or after two seconds. */
  readonly waitUntilKnown: (subject: string) => Promise<void>;
  /** Milliseconds that a call waits for the vendors. Default: 10,000. */
  readonly firstCallDeadline?: number | undefined;
  readonly log: Logger;
}

/**
 * Decides before the gates whether a caller with a valid token is admitted. Refuses suspended and deleted users, as
 * subjects and as actors. Provisions a user whom Permit does not know yet, and reconciles one whose record is older
 * than the last gap: once per subject, for all concurrent calls. After a deadline the work continues, and a later call
 * joins it.
 * @throws {AppError} `SUBJECT_REVOKED`; `AUTHENTICATION_UNAVAILABLE` when this replica's revocations may be outdated;
 * `DIRECTORY_UNAVAILABLE` at the deadline
 * @throws {PermitApiError | LogtoApiError} when a vendor is unavailable: an outage must not be reported as a denial
 */
export type Admit = (
  identity: Pick<Identity, 'subject' | 'issuedAt' | 'isMachine' | 'actors'>,
) => Promise<void>;

type Account = Pick<Identity, 'subject' | 'issuedAt'>;

/** Allowed clock skew between Logto and PostgreSQL, in milliseconds. */
const clockTolerance = 10_000;

export function createAdmission(deps: AdmissionDeps): Admit {
  const { revocations, firstCallDeadline = 10_000, log } = deps;
  /** The admitted subjects, each with the end of the last gap before its admission. */
  const met = new LRUCache<string, number>({
    // With `max`, the cache would allocate memory for all subjects up front.
    maxSize: 100_000,
    sizeCalculation: () => 1,
    ttl: 3_600_000,
  });
  const pending = new Map<string, Promise<void>>();

  const meet = async ({ subject, issuedAt }: Account): Promise<void> => {
    const gap = revocations.gap();
    const id = logtoIdOf(subject);
    const record = (await revocations.recordsOf([id])).get(id);
    // Another replica may have just recorded the revocation, so that this replica's list does not have it yet.
    if (record !== undefined && record.status !== 'active') await revocations.refresh();
    if (record === undefined) {
      const created = await provision(id, deps);
      if (created) {
        await deps.enqueue([`user:${id}`], { force: true });
        await deps.waitUntilKnown(subject);
      }
    } else if (gap !== undefined && !gap.isCaughtUp && !isConfirmedSince(gap, record, issuedAt)) {
      await confirm(id, record, deps);
    }
    met.set(subject, gap?.endedAt ?? 0);
  };

  const logUnlessRefused = (error: unknown, { subject }: Account): void => {
    if (!(error instanceof AppError))
      log.error({ subject, ...failureOf(error) }, 'a first call failed after its deadline');
  };

  const admitOne = async (identity: Account): Promise<void> => {
    const { subject } = identity;
    refuseRevoked(subject, revocations);
    if (met.get(subject) === (revocations.gap()?.endedAt ?? 0)) return;
    let meeting = pending.get(subject);
    if (meeting === undefined) {
      meeting = meet(identity).finally(() => pending.delete(subject));
      pending.set(subject, meeting);
    }
    const isDone = await within(
      firstCallDeadline,
      meeting.then(() => true),
      () => false,
    );
    if (!isDone) {
      meeting.catch((error: unknown) => logUnlessRefused(error, identity));
      throw new AppError('DIRECTORY_UNAVAILABLE', 'The directory has not answered yet. Try again.');
    }
    refuseRevoked(subject, revocations);
  };

  return async ({ subject, issuedAt, isMachine, actors = [] }) => {
    await revocations.ensureCurrent();
    // Records are only about users: a delivery that happens to have an application's id is not about the application.
    const subjects = isMachine === true ? [] : [{ subject, issuedAt }];
    // The token's time of issue is irrelevant to the accounts of its actors.
    const accounts = [...subjects, ...actors.map((actor) => ({ subject: actor, issuedAt: 0 }))];
    await Promise.all(accounts.map(admitOne));
  };
}

/** A token issued after the gap confirms the account too, because Logto issues none to a suspended user. */
function isConfirmedSince({ endedAt }: Gap, { confirmedAt }: AccountRecord, issuedAt: number): boolean {
  return confirmedAt.getTime() >= endedAt || issuedAt * 1000 >= endedAt + clockTolerance;
}

function refuseRevoked(subject: string, revocations: Revocations): void {
  if (!revocations.isRevoked(subject)) return;
  throw new AppError(
    'SUBJECT_REVOKED',
    'This account was suspended or deleted; its tokens are no longer valid.',
  );
}

async function provision(id: string, deps: AdmissionDeps): Promise<boolean> {
  const { logto } = deps;
  if (logto === undefined) return createBare(id, deps);
  const { status, operations } = await reconcileFirst(
    { id, because: 'token', seenRevision: 0 },
    { ...deps, logto },
  );
  return status === 'active' && operations.some(({ kind }) => kind === 'create-user');
}

/** Reconciles a user about whom a delivery may have been lost. Does nothing without the Management API. */
async function confirm(id: string, { revision }: AccountRecord, deps: AdmissionDeps): Promise<void> {
  const { logto } = deps;
  if (logto === undefined) return;
  await reconcileFirst({ id, because: 'delivery', seenRevision: revision }, { ...deps, logto });
}

interface FirstReconciliation {
  readonly id: string;
  readonly because: 'token' | 'delivery';
  /** The revision of the user's record; 0 without one. */
  readonly seenRevision: number;
}

/** Refuses a revoked user as soon as Logto has answered. A worker updates Permit later, which may be unavailable. */
async function reconcileFirst(
  { seenRevision, ...hint }: FirstReconciliation,
  deps: AdmissionDeps & { readonly logto: LogtoManagement },
): Promise<UserOutcome> {
  const { revocations, enqueue } = deps;
  const onStatus = async (found: UserStatus): Promise<void> => {
    if (found === 'unknown' || found === 'machine') return;
    await revocations.record(hint.id, found, { seenRevision });
    if (found !== 'active') refuseRevoked(userKey(hint.id), revocations);
  };
  try {
    const readAt = new Date();
    const outcome = await reconcileUser(
      { ...hint, onStatus },
      { ...deps, onApplied: deps.record({ kind: 'first-call' }) },
    );
    deps.onChange(outcome.operations);
    if (outcome.user !== undefined) await deps.onUsers([{ ...outcome.user, readAt }]);
    return outcome;
  } catch (error) {
    if (error instanceof AppError) await enqueue([`user:${hint.id}`], { force: true });
    throw error;
  }
}

/** Creates a user with only the default role. Without the Management API, the webhook delivers the rest. */
async function createBare(
  id: string,
  { permit, mapping, record, onChange, onUsers }: AdmissionDeps,
): Promise<boolean> {
  const grants = [{ role: mapping.defaultRole, tenant: defaultTenant }];
  const readAt = new Date();
  const user = { key: userKey(id), email: null, firstName: null, attributes: { [originAttribute]: id } };
  try {
    await permit.writes.createUser(user, grants);
  } catch (error) {
    if (error instanceof PermitApiError && error.permitStatus === 409) return false;
    throw error;
  }
  const created: Operation = { kind: 'create-user', user, grants };
  onChange([created]);
  await record({ kind: 'first-call' })([created]);
  const permitUser = userAfter(user.key, undefined, [created]);
  await onUsers([{ key: user.key, logto: undefined, permit: permitUser, readAt }]);
  return true;
}
